//! Writes `docs/configuration.md` from the table below, and holds the table to the parser: the same
//! keys, the same ranges, the same defaults.

use std::{collections::BTreeSet, fmt::Write as _};

use clap::CommandFactory as _;

use super::*;
use crate::written_page::hold;

/// A key of the configuration file.
struct Key {
    /// With the section in front, as `lockout.attempts`.
    name: &'static str,
    values: Values,
    default: Preset,
    meaning: &'static str,
}

enum Values {
    /// In words.
    Are(&'static str),
    /// The least and the most that the parser takes.
    Numbers(u64, u64),
}

enum Preset {
    Is(&'static str),
    /// Read from the configuration that an empty file gives.
    Of(fn(&Config, &Settings) -> String),
}

use Preset::{Is, Of};
use Values::{Are, Numbers};

const SECONDS_OF_A_YEAR: u64 = 31_622_400;

const KEYS: &[Key] = &[
    Key {
        name: "data",
        values: Are("directory"),
        default: Of(|config, _| config.data.display().to_string()),
        meaning: "Holds the SQLite file `seatlink.db` and the key file `seal.key`.",
    },
    Key {
        name: "database_url",
        values: Are("`postgres://` URL"),
        default: Is("the SQLite file"),
        meaning: "PostgreSQL instead of SQLite.",
    },
    Key {
        name: "database_url_file",
        values: Are("file"),
        default: Is("none"),
        meaning: "File that holds `database_url`. Set one of the two.",
    },
    Key {
        name: "database_pool",
        values: Numbers(2, 1_000),
        default: Is("16"),
        meaning: "Connections to PostgreSQL.",
    },
    Key {
        name: "durability",
        values: Are("`full` or `normal`"),
        default: Of(|config, _| format!("{:?}", config.durability).to_lowercase()),
        meaning: "`full`: an answered write survives a crash of the machine. `normal`: it survives a crash of the \
                  process. SQLite only.",
    },
    Key {
        name: "listen",
        values: Are("address and port"),
        default: Of(|config, _| config.listen.to_string()),
        meaning: "Where the server accepts connections.",
    },
    Key {
        name: "connections",
        values: Numbers(1, 1_000_000),
        default: Of(|config, _| config.connections.to_string()),
        meaning: "Connections that the server accepts at the same time.",
    },
    Key {
        name: "proxies",
        values: Are("list of IP addresses"),
        default: Is("none"),
        meaning: "Proxies whose `X-Forwarded-For` the server trusts, in addition to those on the same machine.",
    },
    Key {
        name: "hosts.origin",
        values: Are("`https://` origin"),
        default: Is("required"),
        meaning: "Origin that browsers and clients use. `http` is allowed on loopback.",
    },
    Key {
        name: "hosts.region",
        values: Are("text"),
        default: Is("required"),
        meaning: "Region whose tenants this host serves, such as `na1`.",
    },
    Key {
        name: "hosts.realm",
        values: Are("`commercial` or `government`"),
        default: Is("commercial"),
        meaning: "Realm of the host.",
    },
    Key {
        name: "hosts.issuer",
        values: Are("`true` or `false`"),
        default: Is("false"),
        meaning: "Whether tokens of the realm name this host as their issuer.",
    },
    Key {
        name: "mail.from",
        values: Are("address"),
        default: Of(|_, settings| settings.mail_from.clone()),
        meaning: "Sender of mails.",
    },
    Key {
        name: "mail.smtp_url",
        values: Are("`smtps://` URL"),
        default: Is("none; mails stay in the outbox"),
        meaning: "Mail server, with user and password.",
    },
    Key {
        name: "mail.smtp_url_file",
        values: Are("file"),
        default: Is("none"),
        meaning: "File that holds `mail.smtp_url`. Set one of the two.",
    },
    Key {
        name: "provisioning.targets",
        values: Are("`public`, `loopback` or `private`"),
        default: Of(|config, _| format!("{:?}", config.targets).to_lowercase()),
        meaning: "Addresses that outbound provisioning may call. `public`: HTTPS at public addresses. `loopback`: also \
                  plain HTTP on loopback. `private`: also private networks.",
    },
    Key {
        name: "lifetimes.access_token",
        values: Numbers(60, 21_600),
        default: Of(|_, settings| settings.lifetimes.access_token.as_secs().to_string()),
        meaning: "Seconds until an access token expires.",
    },
    Key {
        name: "lifetimes.refresh_token",
        values: Numbers(3_600, SECONDS_OF_A_YEAR),
        default: Of(|_, settings| settings.lifetimes.refresh_token.as_secs().to_string()),
        meaning: "Seconds until an unused refresh token expires.",
    },
    Key {
        name: "lifetimes.session_idle",
        values: Numbers(300, 28_800),
        default: Of(|_, settings| settings.lifetimes.session_idle.as_secs().to_string()),
        meaning: "Seconds without a request until a session in the browser ends.",
    },
    Key {
        name: "lifetimes.session",
        values: Numbers(300, 604_800),
        default: Of(|_, settings| settings.lifetimes.session.as_secs().to_string()),
        meaning: "Seconds until a session in the browser ends in any case.",
    },
    Key {
        name: "lockout.attempts",
        values: Numbers(1, 100),
        default: Of(|config, _| config.lockout.attempts.to_string()),
        meaning: "Failed sign-ins of one person that lock the account.",
    },
    Key {
        name: "lockout.attempts_of_address",
        values: Numbers(10, 1_000_000),
        default: Of(|config, _| config.lockout.attempts_of_address.to_string()),
        meaning: "Failed sign-ins from one address after which the server answers 429.",
    },
    Key {
        name: "lockout.seconds",
        values: Numbers(60, SECONDS_OF_A_YEAR),
        default: Of(|config, _| config.lockout.lasts.as_secs().to_string()),
        meaning: "How long both last, in seconds.",
    },
    Key {
        name: "rate_limit.requests_per_second",
        values: Numbers(25, 1_000_000),
        default: Is("no limit"),
        meaning: "Requests per second that each connection may send. The server answers 429 above it.",
    },
    Key {
        name: "rate_limit.burst",
        values: Numbers(25, 1_000_000),
        default: Is("twice the rate"),
        meaning: "Requests that a connection may send at once after a pause.",
    },
];

const INTRODUCTION: &str = "\
# Configuration

<!-- `cargo xtask docs` writes this page from crates/seatlink/src/config. Do not edit it by hand. -->

Seatlink needs no configuration to start. A setting comes from, in this order: an option of the command line, an environment
variable, the configuration file, the default. The file is TOML. Its place is `seatlink.toml` in the data directory, unless
`--config` names another file. A key that Seatlink does not know is an error. A server that other machines can reach needs
an origin (`--origin` or `[[hosts]]`).

## Options and variables
";

const EXAMPLE: &str = "
## Example

```toml
data = \"/var/lib/seatlink\"
listen = \"10.0.0.2:8080\"
proxies = [\"10.0.0.5\"]

[[hosts]]
origin = \"https://na1.example.com\"
region = \"na1\"
issuer = true

[rate_limit]
requests_per_second = 50
```
";

#[derive(clap::Parser)]
struct AllOptions {
    #[command(flatten)]
    _options: Options,
    #[command(flatten)]
    _listening: ListenOptions,
}

fn file_of(key: &str, value: &str) -> String {
    match key.split_once('.') {
        Some(("hosts", key)) => format!("[[hosts]]\n{key} = {value}\n"),
        Some((section, key)) => format!("[{section}]\n{key} = {value}\n"),
        None => format!("{key} = {value}\n"),
    }
}

fn refusal(key: &str, value: &str) -> String {
    match toml::from_str::<Sections>(&file_of(key, value)) {
        Ok(file) => Config::merge(&Options::default(), &ListenOptions::default(), file)
            .map_or_else(|error| error.to_string(), |_| String::from("accepted")),
        Err(error) => error.message().to_owned(),
    }
}

/// The keys that the parser expects in a section, from what it says of a key that it does not know.
fn keys_of(section: &str) -> Vec<String> {
    let message = refusal(
        &format!("{section}{}surely-unknown", if section.is_empty() { "" } else { "." }),
        "1",
    );
    message.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_table_has_the_keys_that_the_parser_takes() {
    let listed: BTreeSet<String> = KEYS.iter().map(|key| key.name.to_owned()).collect();
    let mut parsed = BTreeSet::new();
    let sections: BTreeSet<&str> = KEYS
        .iter()
        .filter_map(|key| key.name.split_once('.'))
        .map(|(section, _)| section)
        .collect();
    for key in keys_of("") {
        if sections.contains(key.as_str()) {
            parsed.extend(keys_of(&key).into_iter().map(|inner| format!("{key}.{inner}")));
        } else {
            parsed.insert(key);
        }
    }
    assert_eq!(listed, parsed);
}

#[test]
fn the_table_has_the_ranges_that_the_parser_takes() {
    for key in KEYS {
        let Values::Numbers(least, most) = key.values else { continue };
        for outside in [least - 1, most + 1] {
            let expected = format!("{} must be from {least} to {most}, not {outside}", key.name);
            assert_eq!(refusal(key.name, &outside.to_string()), expected);
        }
    }
}

#[test]
fn the_page_of_the_configuration_is_current() -> Result<(), Box<dyn std::error::Error>> {
    let file = Sections::default();
    let config = Config::merge(&Options::default(), &ListenOptions::default(), file)?;
    let settings = config.settings(config.listen)?;
    let mut page = String::from(INTRODUCTION);
    page.push_str("\n| option | variable | meaning |\n|---|---|---|\n");
    for argument in AllOptions::command().get_arguments() {
        let (Some(long), Some(variable)) = (argument.get_long(), argument.get_env()) else {
            continue;
        };
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        writeln!(page, "| `--{long}` | `{}` | {help} |", variable.to_string_lossy())?;
    }
    page.push_str(
        "\n## Keys of the file\n\n| key | values | default | meaning |\n|---|---|---|---|\n",
    );
    for key in KEYS {
        let name = key.name.replace("hosts.", "[[hosts]] ");
        let values = match key.values {
            Values::Are(words) => words.to_owned(),
            Values::Numbers(least, most) => format!("{least} to {most}"),
        };
        let default = match key.default {
            Preset::Is(text) => text.to_owned(),
            Preset::Of(read) => read(&config, &settings),
        };
        let default = default.replace('<', "\\<");
        writeln!(page, "| `{name}` | {values} | {default} | {} |", key.meaning)?;
    }
    page.push_str(EXAMPLE);
    let example: Sections = toml::from_str(
        EXAMPLE
            .split("```toml")
            .nth(1)
            .and_then(|rest| rest.split("```").next())
            .unwrap_or_default(),
    )?;
    Config::merge(&Options::default(), &ListenOptions::default(), example)?;
    hold("docs/configuration.md", &page);
    Ok(())
}
