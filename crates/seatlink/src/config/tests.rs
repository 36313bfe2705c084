//! What the configuration takes, and what it says of the rest.

use super::*;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn merge(text: &str) -> Result<Config, Box<dyn std::error::Error>> {
    let file: Sections = toml::from_str(text)?;
    Ok(Config::merge(&Options::default(), &ListenOptions::default(), file)?)
}

fn refusal(text: &str) -> String {
    merge(text).map_or_else(|error| error.to_string(), |_| String::from("accepted"))
}

#[test]
fn without_any_setting_a_loopback_installation_results() -> Outcome {
    let config = merge("")?;
    let settings = config.settings("127.0.0.1:8080".parse()?)?;
    assert_eq!(settings.issuer(Realm::Commercial), Some("http://127.0.0.1:8080"));
    assert_eq!(config.targets, Targets::Public);
    assert!(
        matches!(config.database, Database::File(path) if path == Path::new("data/seatlink.db"))
    );
    Ok(())
}

#[test]
fn an_address_others_can_reach_needs_an_origin() -> Outcome {
    let refused = merge("")?.settings("0.0.0.0:8080".parse()?);
    assert!(matches!(refused, Err(ConfigError::NoOrigin(_))));
    Ok(())
}

#[test]
fn options_win_over_the_file() -> Outcome {
    let file: Sections = toml::from_str("data = \"a\"\nlisten = \"127.0.0.1:1\"")?;
    let options = Options { data: Some(PathBuf::from("b")), ..Options::default() };
    let listening =
        ListenOptions { listen: Some("127.0.0.1:2".parse()?), ..ListenOptions::default() };
    let config = Config::merge(&options, &listening, file)?;
    assert_eq!(config.data, Path::new("b"));
    assert_eq!(config.listen.port(), 2);
    Ok(())
}

#[test]
fn origins_are_https_unless_they_cannot_leave_the_machine() {
    for good in [
        "https://na1.example.com",
        "https://na1.example.com:8443/",
        "http://localhost:8080",
        "http://na1.localhost:8080",
        "http://[::1]:8080",
    ] {
        assert!(checked_origin(good).is_ok(), "{good}");
    }
    for bad in [
        "na1.example.com",
        "http://na1.example.com",
        "http://10.0.0.1",
        "https://na1.example.com/scim",
        "https://user@na1.example.com",
        "https://na1.example.com?a=b",
        "ftp://na1.example.com",
    ] {
        assert!(checked_origin(bad).is_err(), "{bad}");
    }
}

#[test]
fn origins_are_kept_without_default_port_and_slash() -> Outcome {
    assert_eq!(checked_origin("https://NA1.example.com:443/")?, "https://na1.example.com");
    Ok(())
}

#[test]
fn the_same_origin_twice_is_refused() {
    let host = "[[hosts]]\norigin = \"https://a.example\"\nregion = \"na1\"\n";
    assert!(refusal(&format!("{host}{host}")).contains("twice"));
}

#[test]
fn an_unknown_setting_is_refused() {
    assert!(refusal("lisen = \"127.0.0.1:1\"").contains("lisen"));
}

#[test]
fn a_value_out_of_range_names_its_setting() {
    assert!(refusal("[lifetimes]\naccess_token = 5").contains("lifetimes.access_token"));
}

#[test]
fn a_secret_given_twice_is_refused() {
    let text = "database_url = \"postgres://a/b\"\ndatabase_url_file = \"c\"";
    assert!(refusal(text).contains("twice"));
}

#[test]
fn the_database_url_is_not_part_of_any_debug_output() -> Outcome {
    let config = merge("database_url = \"postgres://user:canary@host/name\"")?;
    assert!(!format!("{config:?}").contains("canary"));
    Ok(())
}

#[test]
fn a_rate_limit_is_off_until_it_is_named_and_has_twice_its_rate_at_once() -> Outcome {
    assert_eq!(merge("")?.rate_limit, None);
    let rate = merge("[rate_limit]\nrequests_per_second = 50")?.rate_limit;
    assert_eq!(rate.map(|rate| (rate.per_second.get(), rate.burst.get())), Some((50, 100)));
    let rate = merge("[rate_limit]\nrequests_per_second = 50\nburst = 70")?.rate_limit;
    assert_eq!(rate.map(|rate| rate.burst.get()), Some(70));
    assert!(refusal("[rate_limit]\nrequests_per_second = 24").contains("from 25 to"));
    assert!(refusal("[rate_limit]\nburst = 50").contains("requests_per_second"));
    Ok(())
}
