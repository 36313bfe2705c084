//! What the server says about itself: OpenID Provider and authorization server metadata.
//!
//! One document serves `/.well-known/openid-configuration` (OpenID Connect Discovery §3) and
//! `/.well-known/oauth-authorization-server` (RFC 8414 §2). Every value must state what the server
//! really does: whoever adds or removes a feature changes it here in the same commit.

use serde::Serialize;
use serde_json::Value;

/// Paths of the endpoints below the issuer.
pub mod paths {
    /// The authorization endpoint.
    pub const AUTHORIZE: &str = "/auth/authorize";
    /// The token endpoint.
    pub const TOKEN: &str = "/auth/token";
    /// The userinfo endpoint.
    pub const USERINFO: &str = "/auth/userinfo";
    /// The public keys.
    pub const JWKS: &str = "/auth/jwks";
    /// The revocation endpoint.
    pub const REVOKE: &str = "/auth/revoke";
    /// The introspection endpoint.
    pub const INTROSPECT: &str = "/auth/introspect";
    /// The logout endpoint.
    pub const LOGOUT: &str = "/auth/authorize/logout";
}

const CLIENT_METHODS: &[&str] = &["client_secret_basic", "client_secret_post", "none"];
const SECRET_METHODS: &[&str] = &["client_secret_basic", "client_secret_post"];

/// The metadata document.
///
/// ```
/// use seatlink_oauth::ServerMetadata;
///
/// let metadata = ServerMetadata::new("https://as.example/").to_json();
/// assert_eq!(metadata["issuer"], "https://as.example");
/// assert_eq!(metadata["token_endpoint"], "https://as.example/auth/token");
/// ```
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the document is defined with these flags")]
pub struct ServerMetadata {
    /// The issuer without trailing slash. It must equal the URL the document was asked for.
    pub issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    revocation_endpoint: String,
    introspection_endpoint: String,
    end_session_endpoint: String,
    scopes_supported: &'static [&'static str],
    response_types_supported: &'static [&'static str],
    response_modes_supported: &'static [&'static str],
    grant_types_supported: &'static [&'static str],
    prompt_values_supported: &'static [&'static str],
    subject_types_supported: &'static [&'static str],
    id_token_signing_alg_values_supported: &'static [&'static str],
    token_endpoint_auth_methods_supported: &'static [&'static str],
    revocation_endpoint_auth_methods_supported: &'static [&'static str],
    introspection_endpoint_auth_methods_supported: &'static [&'static str],
    code_challenge_methods_supported: &'static [&'static str],
    claim_types_supported: &'static [&'static str],
    claims_supported: &'static [&'static str],
    ui_locales_supported: &'static [&'static str],
    authorization_response_iss_parameter_supported: bool,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
}

impl ServerMetadata {
    /// The metadata of the server with this issuer.
    pub fn new(issuer: &str) -> Self {
        let issuer = issuer.trim_end_matches('/');
        let at = |path: &str| format!("{issuer}{path}");
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: at(paths::AUTHORIZE),
            token_endpoint: at(paths::TOKEN),
            userinfo_endpoint: at(paths::USERINFO),
            jwks_uri: at(paths::JWKS),
            revocation_endpoint: at(paths::REVOKE),
            introspection_endpoint: at(paths::INTROSPECT),
            end_session_endpoint: at(paths::LOGOUT),
            scopes_supported: &["openid", "profile", "email"],
            response_types_supported: &["code"],
            response_modes_supported: &["query"],
            grant_types_supported: &["authorization_code", "refresh_token", "client_credentials"],
            prompt_values_supported: &["none", "login", "consent", "select_account"],
            subject_types_supported: &["public"],
            id_token_signing_alg_values_supported: &["ES256", "RS256"],
            token_endpoint_auth_methods_supported: CLIENT_METHODS,
            revocation_endpoint_auth_methods_supported: CLIENT_METHODS,
            // Only callers that can prove who they are may ask about tokens (RFC 7662 §2.1).
            introspection_endpoint_auth_methods_supported: SECRET_METHODS,
            code_challenge_methods_supported: &["S256"],
            claim_types_supported: &["normal"],
            claims_supported: &[
                "iss",
                "sub",
                "aud",
                "exp",
                "iat",
                "nonce",
                "auth_time",
                "at_hash",
                "name",
                "given_name",
                "family_name",
                "preferred_username",
                "locale",
                "zoneinfo",
                "email",
                "email_verified",
            ],
            ui_locales_supported: &["en", "zh-CN"],
            authorization_response_iss_parameter_supported: true,
            claims_parameter_supported: false,
            request_parameter_supported: false,
            // Its default is true (OpenID Connect Discovery §3), so silence would be a promise.
            request_uri_parameter_supported: false,
        }
    }

    /// The JSON document.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("texts, lists of texts and booleans are always JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_states_what_the_server_does_and_no_more() {
        let document = ServerMetadata::new("https://as.example").to_json();
        assert_eq!(document["response_types_supported"], serde_json::json!(["code"]));
        assert_eq!(document["code_challenge_methods_supported"], serde_json::json!(["S256"]));
        assert_eq!(document["request_uri_parameter_supported"], false);
        assert_eq!(document["authorization_response_iss_parameter_supported"], true);
        assert_eq!(document["end_session_endpoint"], "https://as.example/auth/authorize/logout");
        // None of these exists here; an entry would invite clients to use it.
        for absent in [
            "registration_endpoint",
            "pushed_authorization_request_endpoint",
            "device_authorization_endpoint",
        ] {
            assert!(document.get(absent).is_none(), "{absent}");
        }
    }
}
