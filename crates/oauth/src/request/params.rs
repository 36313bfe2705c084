//! The pairs of a query or form.

use url::form_urlencoded;

use crate::error::Error;

/// More pairs than any honest request has; bounds the search for repeated names.
const MAX_PAIRS: usize = 100;

/// The parameters of one request: no name twice, no empty value (RFC 6749 §3.1, §3.2).
///
/// A repeated name is `invalid_request`, whatever its values, so that no two readers can take
/// different ones. One exception: `scope` may be repeated with the same value, because an authorize
/// URL configured as `…?scope=openid` gets the client's own `scope=openid` appended.
///
/// ```
/// use seatlink_oauth::request::Params;
///
/// let params = Params::from_query("scope=openid&state=&client_id=abc&scope=openid")?;
/// assert_eq!(params.get("client_id"), Some("abc"));
/// assert_eq!(params.get("state"), None);
/// assert!(Params::from_query("client_id=a&client_id=b").is_err());
/// # Ok::<(), seatlink_oauth::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Parses the query of a URL, without its `?`.
    pub fn from_query(query: &str) -> Result<Self, Error> {
        Self::from_pairs(form_urlencoded::parse(query.as_bytes()))
    }

    /// Parses an `application/x-www-form-urlencoded` body.
    pub fn from_form(body: &[u8]) -> Result<Self, Error> {
        Self::from_pairs(form_urlencoded::parse(body))
    }

    /// Parses a request that has both; a name in the query and in the body is repeated.
    pub fn from_query_and_form(query: &str, body: &[u8]) -> Result<Self, Error> {
        Self::from_pairs(
            form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(body)),
        )
    }

    /// Takes decoded pairs.
    pub fn from_pairs<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Result<Self, Error>
    where
        N: Into<String>,
        V: Into<String>,
    {
        let mut kept: Vec<(String, String)> = Vec::new();
        for (name, value) in pairs {
            let (name, value) = (name.into(), value.into());
            if value.is_empty() {
                continue;
            }
            // The replacement character stands for bytes that were no UTF-8. NUL is text that no
            // store can keep.
            if [&name, &value].iter().any(|text| text.contains(['\u{fffd}', '\0'])) {
                return Err(Error::invalid_request("A parameter is not UTF-8 text."));
            }
            if let Some((_, known)) = kept.iter().find(|(known, _)| *known == name) {
                if name == "scope" && *known == value {
                    continue;
                }
                return Err(Error::invalid_request("A parameter is given more than once."));
            }
            if kept.len() == MAX_PAIRS {
                return Err(Error::invalid_request("The request has too many parameters."));
            }
            kept.push((name, value));
        }
        Ok(Self(kept))
    }

    /// The value of a parameter that has one.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that must be there.
    pub fn require(&self, name: &str) -> Result<&str, Error> {
        self.get(name).ok_or_else(|| Error::invalid_request(format!("{name} is missing.")))
    }

    /// The pairs in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }
}

/// Names only: values may be secrets.
impl std::fmt::Debug for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed parse fails the test")]

    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn a_repeated_parameter_is_refused_whatever_its_values() {
        for query in [
            "client_id=a&client_id=b",
            "client_id=a&client_id=a",
            "redirect_uri=https%3A%2F%2Fa&redirect_uri=https%3A%2F%2Fb",
            "state=1&state=2",
            "response_type=code&response_type=token",
            "scope=openid&scope=Admin",
            "scope=openid&scope=openid&scope=openid%20Admin",
            "client%5Fid=a&client_id=b",
        ] {
            assert_eq!(
                Params::from_query(query).unwrap_err().code,
                ErrorCode::InvalidRequest,
                "{query}"
            );
            assert!(Params::from_form(query.as_bytes()).is_err(), "{query}");
        }
    }

    #[test]
    fn a_parameter_in_query_and_body_is_repeated() {
        assert!(Params::from_query_and_form("client_id=a", b"client_id=b").is_err());
        let params =
            Params::from_query_and_form("scope=openid", b"scope=openid&client_id=b").unwrap();
        assert_eq!(params.iter().count(), 2);
    }

    #[test]
    fn a_parameter_without_value_is_absent() {
        let params = Params::from_query("state=&nonce&state=x").unwrap();
        assert_eq!(params.get("state"), Some("x"));
        assert_eq!(params.get("nonce"), None);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(Params::from_query("state=%ff").is_err());
        assert!(Params::from_form(b"state=\xc3\x28").is_err());
        assert!(Params::from_query("state=a%00b").is_err());
        assert_eq!(
            Params::from_query("login_hint=%E5%9D%90").unwrap().get("login_hint"),
            Some("坐")
        );
    }

    #[test]
    fn the_number_of_parameters_is_bounded() {
        let query = (0..101).map(|n| format!("p{n}=1")).collect::<Vec<_>>().join("&");
        assert!(Params::from_query(&query).is_err());
    }

    #[test]
    fn debug_shows_no_value() {
        let params = Params::from_form(b"client_secret=canary").unwrap();
        assert_eq!(format!("{params:?}"), "{\"client_secret\"}");
    }
}
