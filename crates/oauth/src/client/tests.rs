//! Redirect URIs and client checks, with the known ways to get around them.

#![expect(clippy::unwrap_used, reason = "a failed parse fails the test")]

use super::*;
use crate::error::ErrorCode;
use crate::request::Params;
use crate::token::Secret;

fn client(client_type: ClientType) -> ClientMetadata {
    ClientMetadata {
        client_id: "c1".to_owned(),
        client_type,
        auth_method: AuthMethod::ClientSecretPost,
        redirect_uris: vec!["https://app.example/cb".to_owned()],
        post_logout_redirect_uris: Vec::new(),
        scopes: ScopeSet::parse("Admin Reporting").unwrap(),
        has_secret: true,
        id_token_alg: SigningAlg::Es256,
        enabled: true,
        require_pkce: false,
    }
}

fn request(more: &str) -> AuthorizeRequest {
    let query = format!("client_id=c1&response_type=code&scope=openid&{more}");
    AuthorizeRequest::parse(&Params::from_query(&query).unwrap()).unwrap()
}

fn asked(response_type: &str) -> AuthorizeRequest {
    let query = format!("client_id=c1&response_type={response_type}&scope=openid");
    AuthorizeRequest::parse(&Params::from_query(&query).unwrap()).unwrap()
}

const PKCE: &str =
    "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

fn code(result: Result<(), Error>) -> Option<ErrorCode> {
    result.err().map(|error| error.code)
}

fn post(id: &str) -> ClientCredential {
    ClientCredential::Post { id: id.to_owned(), secret: Secret::new("s") }
}

fn basic() -> ClientCredential {
    ClientCredential::Basic { id: "c1".to_owned(), secret: Secret::new("s") }
}

fn none() -> ClientCredential {
    ClientCredential::None { id: "c1".to_owned() }
}

#[test]
fn a_confidential_client_needs_neither_pkce_nor_nonce() {
    assert_eq!(
        authorize_checks(&client(ClientType::UserConfidential), &request("state=x")),
        Ok(())
    );
}

#[test]
fn a_back_end_client_cannot_sign_people_in() {
    let error = authorize_checks(&client(ClientType::BackEnd), &request("state=x")).unwrap_err();
    assert_eq!(error.code, ErrorCode::UnauthorizedClient);
    assert!(error.description.contains("back-end"));
}

#[test]
fn a_disabled_client_gets_nothing() {
    let mut disabled = client(ClientType::UserConfidential);
    disabled.enabled = false;
    assert_eq!(
        code(authorize_checks(&disabled, &request("state=x"))),
        Some(ErrorCode::UnauthorizedClient)
    );
}

#[test]
fn a_public_client_brings_a_secret_or_pkce_never_neither() {
    let mut public = client(ClientType::UserPublic);
    assert_eq!(authorize_checks(&public, &request("state=x")), Ok(()));
    public.has_secret = false;
    assert_eq!(
        code(authorize_checks(&public, &request("state=x"))),
        Some(ErrorCode::InvalidRequest)
    );
    assert_eq!(authorize_checks(&public, &request(PKCE)), Ok(()));
}

#[test]
fn pkce_can_be_demanded_of_a_client_with_a_secret() {
    let mut strict = client(ClientType::UserConfidential);
    strict.require_pkce = true;
    assert_eq!(
        code(authorize_checks(&strict, &request("state=x"))),
        Some(ErrorCode::InvalidRequest)
    );
    assert_eq!(authorize_checks(&strict, &request(PKCE)), Ok(()));
}

#[test]
fn no_response_type_puts_a_token_into_a_url() {
    for response_type in
        ["token", "id_token", "code%20token", "token%20id_token", "code%20id_token", "none", "CODE"]
    {
        assert_eq!(
            code(authorize_checks(&client(ClientType::UserConfidential), &asked(response_type))),
            Some(ErrorCode::UnsupportedResponseType),
            "{response_type}"
        );
    }
    let fragment = request("response_mode=fragment");
    assert_eq!(
        code(authorize_checks(&client(ClientType::UserConfidential), &fragment)),
        Some(ErrorCode::InvalidRequest)
    );
}

#[test]
fn scopes_are_the_registered_ones_and_those_of_identity() {
    let user = client(ClientType::UserConfidential);
    let granted = |text: &str| user.granted(&ScopeSet::parse(text).unwrap()).to_string();
    assert_eq!(granted("openid offline_access"), "openid");
    assert_eq!(granted("email Reporting Patron openid"), "email Reporting openid");
    assert_eq!(granted(""), "openid Admin Reporting");
    assert_eq!(granted("offline_access"), "openid Admin Reporting");
    let back_end = client(ClientType::BackEnd);
    assert!(back_end.granted(&ScopeSet::parse("openid profile").unwrap()).is_empty());
    assert_eq!(back_end.granted(&ScopeSet::empty()).to_string(), "Admin Reporting");
}

#[test]
fn a_request_for_unknown_scopes_only_fails() {
    let query = "client_id=c1&response_type=code&scope=scim%3Aall";
    let request = AuthorizeRequest::parse(&Params::from_query(query).unwrap()).unwrap();
    assert_eq!(
        code(authorize_checks(&client(ClientType::UserConfidential), &request)),
        Some(ErrorCode::InvalidScope)
    );
}

#[test]
fn a_client_is_held_to_the_method_it_registered() {
    let client = client(ClientType::UserConfidential);
    assert_eq!(credential_matches_method(&client, &post("c1")), Ok(()));
    for wrong in [basic(), none(), post("c2")] {
        assert_eq!(
            code(credential_matches_method(&client, &wrong)),
            Some(ErrorCode::InvalidClient),
            "{wrong:?}"
        );
    }
}

#[test]
fn the_lenient_policy_moves_the_secret_but_never_drops_it() {
    let client = client(ClientType::UserConfidential);
    let lenient = |credential| {
        code(check_credential_method(&client, &credential, MethodPolicy::HeaderOrBody))
    };
    assert_eq!(lenient(basic()), None);
    assert_eq!(lenient(none()), Some(ErrorCode::InvalidClient));
}

#[test]
fn only_a_public_client_without_secret_may_come_without() {
    let mut public = client(ClientType::UserPublic);
    assert_eq!(code(credential_matches_method(&public, &none())), Some(ErrorCode::InvalidClient));
    public.has_secret = false;
    assert_eq!(credential_matches_method(&public, &none()), Ok(()));
    assert_eq!(
        code(credential_matches_method(&public, &post("c1"))),
        Some(ErrorCode::InvalidClient)
    );
    let mut unready = client(ClientType::UserConfidential);
    unready.has_secret = false;
    unready.auth_method = AuthMethod::None;
    assert_eq!(code(credential_matches_method(&unready, &none())), Some(ErrorCode::InvalidClient));
}

#[test]
fn grants_follow_from_the_type() {
    use GrantType::{AuthorizationCode, ClientCredentials, RefreshToken};
    let allowed = |kind: ClientType| {
        [AuthorizationCode, RefreshToken, ClientCredentials]
            .map(|grant| client(kind).check_grant(grant).is_ok())
    };
    assert_eq!(allowed(ClientType::UserConfidential), [true, true, true]);
    assert_eq!(allowed(ClientType::UserPublic), [true, true, false]);
    assert_eq!(allowed(ClientType::BackEnd), [false, false, true]);
}

#[test]
fn names_survive_json() {
    for kind in [ClientType::UserConfidential, ClientType::UserPublic, ClientType::BackEnd] {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        assert_eq!(ClientType::from_name(kind.as_str()), Some(kind));
    }
    for method in [AuthMethod::ClientSecretPost, AuthMethod::ClientSecretBasic, AuthMethod::None] {
        assert_eq!(serde_json::to_value(method).unwrap(), method.as_str());
        assert_eq!(AuthMethod::from_name(method.as_str()), Some(method));
    }
}
