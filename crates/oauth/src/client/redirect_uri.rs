//! Redirect URIs: what may be registered, and what equals a registered one.
//!
//! Matching compares texts, never parsed URLs: every way of parsing is a way of parsing differently
//! than a browser (RFC 9700 §2.1). The only freedom is the port of a loopback address (RFC 8252
//! §7.3).

use url::{Host, Url};

use crate::error::Error;

const MAX_LENGTH: usize = 2_000;

/// Checks that a redirect URI may be registered: absolute, `https` or `http` on loopback, without
/// fragment, user info, wildcard or dot segments, and in plain ASCII.
///
/// ```
/// use seatlink_oauth::client::check_redirect_uri_syntax;
///
/// let okta = "https://system-admin.okta.com/admin/app/cpc/org_app_1/oauth/callback";
/// assert!(check_redirect_uri_syntax(okta).is_ok());
/// assert!(check_redirect_uri_syntax("https://*.example.com/cb").is_err());
/// ```
pub fn check_redirect_uri_syntax(uri: &str) -> Result<(), Error> {
    let refuse = |why: &str| Err(Error::invalid_request(format!("The redirect URL {why}.")));
    if uri.len() > MAX_LENGTH {
        return refuse("is longer than 2,000 characters");
    }
    // Backslashes are slashes to some parsers and not to others; all of these are absent from a
    // valid URI (RFC 3986 §2).
    let forbidden = |b: u8| {
        !b.is_ascii_graphic()
            || matches!(b, b'\\' | b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}')
    };
    if uri.bytes().any(forbidden) {
        return refuse("holds a character that a URL must encode");
    }
    if uri.contains('*') {
        return refuse("holds a wildcard; register every URL in full");
    }
    if uri.contains('#') {
        return refuse("has a fragment");
    }
    let Ok(url) = Url::parse(uri) else {
        return refuse("is not an absolute URL");
    };
    if !(uri.starts_with("https://") || uri.starts_with("http://")) {
        return refuse("must begin with https://");
    }
    if !url.username().is_empty() || url.password().is_some() || authority(uri).contains('@') {
        return refuse("holds a user name or password");
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return refuse("must use https, unless it is a loopback address");
    }
    if has_dot_segment(uri) {
        return refuse("holds a dot segment such as /../");
    }
    Ok(())
}

/// Finds the redirect URI an answer goes to: the requested one if it is registered, or the only
/// registered one if the request has none. Everything else is an error to show on a page, never to
/// redirect.
///
/// ```
/// use seatlink_oauth::client::match_redirect_uri;
///
/// let registered = ["https://app.example/cb".to_owned()];
/// let matched = match_redirect_uri(&registered, Some("https://app.example/cb"))?;
/// assert_eq!(matched, "https://app.example/cb");
/// assert!(match_redirect_uri(&registered, Some("https://app.example/cb/")).is_err());
/// # Ok::<(), seatlink_oauth::Error>(())
/// ```
pub fn match_redirect_uri(registered: &[String], requested: Option<&str>) -> Result<String, Error> {
    match (requested, registered) {
        (Some(requested), _) if registered.iter().any(|known| same(known, requested)) => {
            Ok(requested.to_owned())
        }
        (Some(_), _) => {
            Err(Error::invalid_request("redirect_uri is not registered for this application."))
        }
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err(Error::invalid_request("redirect_uri is missing.")),
    }
}

/// Finds where a person goes after logging out: only to a URL that is registered for it, by exact
/// text.
pub fn match_post_logout_redirect_uri<'a>(
    registered: &'a [String],
    requested: &str,
) -> Result<&'a str, Error> {
    registered.iter().find(|known| *known == requested).map(String::as_str).ok_or_else(|| {
        Error::invalid_request("post_logout_redirect_uri is not registered for this application.")
    })
}

fn same(registered: &str, requested: &str) -> bool {
    registered == requested
        || loopback_without_port(registered)
            .is_some_and(|registered| loopback_without_port(requested) == Some(registered))
}

/// Splits a loopback URL into what is before and after its port. Only literal addresses count:
/// `localhost` may resolve elsewhere (RFC 8252 §8.3).
fn loopback_without_port(uri: &str) -> Option<(&str, &str)> {
    let host =
        ["http://127.0.0.1", "http://[::1]"].into_iter().find(|host| uri.starts_with(host))?;
    let rest = &uri[host.len()..];
    let after = match rest.strip_prefix(':') {
        Some(port_and_more) => {
            let digits = port_and_more.bytes().take_while(u8::is_ascii_digit).count();
            port_and_more[..digits].parse::<u16>().ok()?;
            &port_and_more[digits..]
        }
        None => rest,
    };
    matches!(after.bytes().next(), None | Some(b'/' | b'?')).then_some((host, after))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// What stands between `//` and the next delimiter. The parser drops an empty user name, the text
/// does not.
fn authority(uri: &str) -> &str {
    let after = uri.split_once("//").map_or("", |(_, after)| after);
    after.split(['/', '?']).next().unwrap_or_default()
}

fn has_dot_segment(uri: &str) -> bool {
    let path = uri.split('?').next().unwrap_or_default();
    path.split('/').any(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed match fails the test")]

    use super::*;
    use crate::error::ErrorCode;

    fn list(uris: &[&str]) -> Vec<String> {
        uris.iter().map(|&uri| uri.to_owned()).collect()
    }

    #[test]
    fn only_the_exact_text_matches() {
        let registered = list(&["https://app.example/cb"]);
        assert_eq!(
            match_redirect_uri(&registered, Some("https://app.example/cb")).unwrap(),
            "https://app.example/cb"
        );
        for wrong in [
            "https://app.example/cb/",
            "https://app.example/CB",
            "https://APP.example/cb",
            "HTTPS://app.example/cb",
            "https://app.example/cb?x=1",
            "https://app.example/cb?",
            "https://app.example/cb#f",
            "https://app.example/cb#",
            "https://app.example/cb/../evil",
            "https://app.example/x/../cb",
            "https://app.example/cb%2f..",
            "https://app.example/%63b",
            "https://user@evil.example/cb",
            "https://app.example@evil.example/cb",
            "https://user@app.example/cb",
            "https://app.example.evil/cb",
            "https://appXexample/cb",
            "https://evil.example/https://app.example/cb",
            "http://app.example/cb",
            "https://app.example:8443/cb",
            "https://app.example:443/cb",
            "https://app.example.:443/cb",
            "https://app.example\\@evil.example",
            "https://app.example\\.evil.example/cb",
            "//app.example/cb",
            "/cb",
            "javascript:alert(1)",
            " https://app.example/cb",
            "https://app.example/cb ",
            "https://app.example/cb\u{0}",
            "",
        ] {
            let error = match_redirect_uri(&registered, Some(wrong)).unwrap_err();
            assert_eq!(error.code, ErrorCode::InvalidRequest, "{wrong:?}");
        }
    }

    #[test]
    fn each_okta_host_is_an_entry_of_its_own() {
        let path = "/admin/app/cpc/org_app_1/oauth/callback";
        let registered = list(&[&format!("https://system-admin.okta.com{path}")]);
        for host in [
            "system-admin.okta-emea.com",
            "system-admin.oktapreview.com",
            "system-admin.trexcloud.com",
        ] {
            assert!(
                match_redirect_uri(&registered, Some(&format!("https://{host}{path}"))).is_err(),
                "{host}"
            );
        }
    }

    #[test]
    fn only_the_port_of_a_literal_loopback_address_may_vary() {
        let registered =
            list(&["http://127.0.0.1/cb", "http://[::1]:1/cb", "http://localhost:8080/cb"]);
        for right in [
            "http://127.0.0.1:51004/cb",
            "http://127.0.0.1/cb",
            "http://[::1]/cb",
            "http://[::1]:65535/cb",
        ] {
            assert_eq!(match_redirect_uri(&registered, Some(right)).unwrap(), right);
        }
        for wrong in [
            "http://127.0.0.1:51004/cb/",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:65536/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://127.0.0.1@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:80.evil.example/cb",
            "https://127.0.0.1:51004/cb",
            "http://127.0.0.2:51004/cb",
            "http://localhost:8081/cb",
            "http://[::1]evil.example/cb",
        ] {
            assert!(match_redirect_uri(&registered, Some(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn it_may_be_left_out_only_if_there_is_no_choice() {
        let one = list(&["https://app.example/cb"]);
        assert_eq!(match_redirect_uri(&one, None).unwrap(), "https://app.example/cb");
        let two = list(&["https://app.example/cb", "https://app.example/cb2"]);
        assert!(match_redirect_uri(&two, None).is_err());
        assert!(match_redirect_uri(&[], None).is_err());
        assert!(match_redirect_uri(&[], Some("https://app.example/cb")).is_err());
    }

    #[test]
    fn after_logout_only_the_exact_text_matches() {
        let registered = list(&["http://127.0.0.1/bye", "https://app.example/bye"]);
        assert!(match_post_logout_redirect_uri(&registered, "https://app.example/bye").is_ok());
        for wrong in [
            "https://app.example/bye/",
            "http://127.0.0.1:1/bye",
            "//app.example/bye",
            "https:evil",
            "",
        ] {
            assert!(match_post_logout_redirect_uri(&registered, wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn good_redirect_urls_can_be_registered() {
        for good in [
            "https://system-admin.okta.com/admin/app/cpc/org_app_1/oauth/callback",
            "https://app.example:8443/cb?tenant=1",
            "https://app.example",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:3000/cb",
            "http://[::1]:3000/cb",
            "http://localhost:3000/cb",
            "https://app.example/a..b/.well-known/cb",
        ] {
            assert_eq!(check_redirect_uri_syntax(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn bad_redirect_urls_cannot_be_registered() {
        let long = format!("https://app.example/{}", "a".repeat(2_000));
        for bad in [
            "",
            "app.example/cb",
            "/cb",
            "//app.example/cb",
            "https:app.example/cb",
            "https:/app.example/cb",
            "https://",
            "http://app.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://localhost.evil.example/cb",
            "http://system-admin.okta1.com:1802/cb",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://app.example/cb",
            "com.example.app:/cb",
            "https://app.example/cb#f",
            "https://app.example/cb#",
            "https://user@app.example/cb",
            "https://@app.example/cb",
            "https://:p@app.example/cb",
            "https://app.example\\@evil.example/cb",
            "https://*.example/cb",
            "https://app.example/*",
            "https://app.example/a/../cb",
            "https://app.example/a/%2E%2e/cb",
            "https://app.example/./cb",
            "https://app.example/..",
            "https://app.example/c b",
            "https://app.example/\tcb",
            "https://坐席.example/cb",
            "https://app.example/cb\n",
            &long,
        ] {
            assert!(check_redirect_uri_syntax(bad).is_err(), "{bad:?}");
        }
    }
}
