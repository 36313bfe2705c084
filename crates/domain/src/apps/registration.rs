//! The registration form: its fifteen fields, what each must be, and all complaints at once.

use seatlink_oauth::{AuthMethod, ClientType, client, jose::SigningAlg};
use seatlink_scim::fold;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::{outbox, settings::Realm, tenants::Tenant};

const NAME_LIMIT: usize = 100;
const DESCRIPTION_LIMIT: usize = 2_000;
/// For each of the lists.
const LIST_LIMIT: usize = 20;
const URL_LIMIT: usize = 2_000;
/// Stands in redirect URLs until the sending side's application exists and has its name.
const PLACEHOLDER: &str = "${appName}";

/// How credentials reach the contacts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryMethod {
    #[default]
    Email,
}

/// Whether one tenant may use the application or every tenant of the realm.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tenancy {
    #[default]
    Single,
    All,
}

impl Tenancy {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::All => "all",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "single" => Some(Self::Single),
            "all" => Some(Self::All),
            _ => None,
        }
    }
}

/// The answer to “Is your system in FedRAMP?”.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FedRamp {
    #[default]
    No,
    Yes,
}

/// A family of the ACD API.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum ApiScope {
    RealTime,
    /// What provisioning needs.
    Admin,
    Agent,
    Custom,
    Authentication,
    Patron,
    Reporting,
}

impl ApiScope {
    pub const ALL: [Self; 7] = [
        Self::RealTime,
        Self::Admin,
        Self::Agent,
        Self::Custom,
        Self::Authentication,
        Self::Patron,
        Self::Reporting,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RealTime => "RealTime",
            Self::Admin => "Admin",
            Self::Agent => "Agent",
            Self::Custom => "Custom",
            Self::Authentication => "Authentication",
            Self::Patron => "Patron",
            Self::Reporting => "Reporting",
        }
    }

    /// Scope names are compared as OAuth compares them: with letter case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    /// What “select all” selects, or the scopes named.
    pub fn parse_all(names: &[impl AsRef<str>]) -> Result<Vec<Self>, Problem> {
        let mut scopes = Vec::new();
        for name in names {
            let name = name.as_ref().trim();
            if fold(name) == "all" {
                return Ok(Self::ALL.to_vec());
            }
            let scope = Self::parse(name).ok_or_else(|| Problem::UnknownScope(name.to_owned()))?;
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        Ok(scopes)
    }
}

/// The form, as somebody filled it in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    pub requester_email: String,
    pub requester_name: String,
    pub business_unit: i64,
    pub app_name: String,
    pub description: String,
    pub contacts: Vec<String>,
    pub delivery: DeliveryMethod,
    pub tenancy: Tenancy,
    pub fed_ramp: FedRamp,
    pub auth_method: AuthMethod,
    pub scopes: Vec<ApiScope>,
    /// Fixed for ever: another type is another registration.
    pub app_type: ClientType,
    /// How id_tokens for it are signed.
    #[serde(default)]
    pub id_token_alg: SigningAlg,
    #[serde(flatten)]
    pub urls: Urls,
}

/// The part of the form that concerns addresses. It can be changed later.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Urls {
    /// Where a code may be sent. Compared character by character.
    pub redirects: Vec<String>,
    /// Whose pages may call from a browser.
    pub origins: Vec<String>,
    /// Where a person may be sent after signing out.
    pub logouts: Vec<String>,
}

/// A field of the form, by the name it has in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Field {
    RequesterEmail,
    RequesterName,
    BusinessUnit,
    AppName,
    Description,
    Contacts,
    FedRamp,
    AuthMethod,
    Scopes,
    Redirects,
    Origins,
    Logouts,
}

impl Field {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RequesterEmail => "requesterEmail",
            Self::RequesterName => "requesterName",
            Self::BusinessUnit => "businessUnit",
            Self::AppName => "appName",
            Self::Description => "description",
            Self::Contacts => "contacts",
            Self::FedRamp => "fedRamp",
            Self::AuthMethod => "authMethod",
            Self::Scopes => "scopes",
            Self::Redirects => "redirects",
            Self::Origins => "origins",
            Self::Logouts => "logouts",
        }
    }
}

/// What is wrong with one field.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}: {problem}", field.as_str())]
pub struct FieldError {
    pub field: Field,
    pub problem: Problem,
}

/// The complaints; pages may word them in the reader's language.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Problem {
    #[error("Enter a value.")]
    Missing,
    #[error("Enter at most {0} characters.")]
    TooLong(usize),
    #[error("Enter at most {0} entries.")]
    TooMany(usize),
    #[error("“{0}” is not an e-mail address.")]
    NotAnAddress(String),
    #[error("Your business unit ID is {0}; the portal shows it at the top left.")]
    OtherBusinessUnit(i64),
    #[error("This tenant is not in FedRAMP, so the answer must be No.")]
    NotInFedRamp,
    #[error("This tenant is in FedRAMP, so the answer must be Yes.")]
    InFedRamp,
    #[error("An application of this name is registered already; choose another name.")]
    NameTaken,
    #[error("Only a public application can do without a secret; choose client_secret_post.")]
    NeedsSecret,
    #[error(
        "“{0}” is not a scope; there are RealTime, Admin, Agent, Custom, Authentication, Patron and Reporting."
    )]
    UnknownScope(String),
    #[error("An application that people sign in to needs at least one redirect URL.")]
    NeedsRedirect,
    #[error("“{url}” cannot be used: {why}")]
    BadUrl { url: String, why: String },
    #[error("“{0}” is not an origin; write scheme and host, such as https://app.example.com.")]
    NotAnOrigin(String),
}

/// What is allowed but will probably not do what is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Warning {
    #[error(
        "A Back-end application cannot work with the Okta SCIM integration, because nobody signs in to \
         it. The type cannot be changed later: to use another type, register the application again."
    )]
    BackEnd,
    #[error(
        "A User, Public application without a secret must use PKCE (S256). Okta does not \
         document that it does; choose User, Confidential for Okta."
    )]
    PublicWithoutSecret,
    #[error(
        "Without the scope Admin the application cannot provision people. Scopes cannot be changed \
         later."
    )]
    WithoutAdmin,
    #[error(
        "The redirect URL still holds ${{appName}}. Replace it with the name Okta shows in the address \
         of the application, between /app/ and /instance/, once the application exists there."
    )]
    Placeholder,
}

impl Warning {
    /// For pages that word it in the reader's language.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BackEnd => "back-end",
            Self::PublicWithoutSecret => "public-without-secret",
            Self::WithoutAdmin => "without-admin",
            Self::Placeholder => "placeholder",
        }
    }
}

impl Registration {
    /// Tidies the form and checks it, or names every field that is wrong.
    pub(super) fn checked(mut self, tenant: &Tenant) -> Result<Self, Vec<FieldError>> {
        let mut errors = Complaints::default();
        errors.check(Field::RequesterEmail, address(&mut self.requester_email));
        errors.check(Field::RequesterName, text(&mut self.requester_name, NAME_LIMIT));
        if self.business_unit != tenant.business_unit {
            let problem = Problem::OtherBusinessUnit(tenant.business_unit);
            errors.check(Field::BusinessUnit, Err(problem));
        }
        errors.check(Field::AppName, text(&mut self.app_name, NAME_LIMIT));
        errors.check(Field::Description, text(&mut self.description, DESCRIPTION_LIMIT));
        errors.check(Field::Contacts, contacts(&mut self.contacts));
        match (self.fed_ramp, tenant.realm) {
            (FedRamp::No, Realm::Commercial) | (FedRamp::Yes, Realm::Government) => {}
            (FedRamp::Yes, Realm::Commercial) => {
                errors.check(Field::FedRamp, Err(Problem::NotInFedRamp));
            }
            (FedRamp::No, Realm::Government) => {
                errors.check(Field::FedRamp, Err(Problem::InFedRamp));
            }
        }
        if self.auth_method == AuthMethod::None && self.app_type != ClientType::UserPublic {
            errors.check(Field::AuthMethod, Err(Problem::NeedsSecret));
        }
        self.scopes.sort_unstable();
        self.scopes.dedup();
        if self.scopes.is_empty() {
            errors.check(Field::Scopes, Err(Problem::Missing));
        }
        self.urls.check(self.app_type, &mut errors);
        errors.none().map(|()| self)
    }

    /// What the person who registers should hear at once.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        match (self.app_type, self.auth_method) {
            (ClientType::BackEnd, _) => warnings.push(Warning::BackEnd),
            (ClientType::UserPublic, AuthMethod::None) => {
                warnings.push(Warning::PublicWithoutSecret);
            }
            (ClientType::UserConfidential | ClientType::UserPublic, _) => {}
        }
        if !self.scopes.contains(&ApiScope::Admin) {
            warnings.push(Warning::WithoutAdmin);
        }
        if self.urls.redirects.iter().any(|url| url.contains(PLACEHOLDER)) {
            warnings.push(Warning::Placeholder);
        }
        warnings
    }

    /// Every client of ours gets a secret, unless its registration says it has none.
    pub(super) fn has_secret(&self) -> bool {
        self.auth_method != AuthMethod::None
    }
}

impl Urls {
    pub(super) fn check(&mut self, app_type: ClientType, errors: &mut Complaints) {
        let urls = list(&mut self.redirects).and_then(|()| each(&self.redirects, redirect));
        errors.check(Field::Redirects, urls);
        if self.redirects.is_empty() && app_type != ClientType::BackEnd {
            errors.check(Field::Redirects, Err(Problem::NeedsRedirect));
        }
        let origins = list(&mut self.origins).and_then(|()| each_mut(&mut self.origins, origin));
        errors.check(Field::Origins, origins);
        let logouts = list(&mut self.logouts).and_then(|()| each(&self.logouts, redirect));
        errors.check(Field::Logouts, logouts);
    }
}

/// Gathers what is wrong, at most one complaint per field.
#[derive(Default)]
pub(super) struct Complaints(Vec<FieldError>);

impl Complaints {
    pub(super) fn check(&mut self, field: Field, outcome: Result<(), Problem>) {
        if let Err(problem) = outcome
            && !self.0.iter().any(|error| error.field == field)
        {
            self.0.push(FieldError { field, problem });
        }
    }

    pub(super) fn none(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

/// The contacts' addresses; each gets the credentials.
pub(super) fn contacts(addresses: &mut Vec<String>) -> Result<(), Problem> {
    list(addresses)?;
    if addresses.is_empty() {
        return Err(Problem::Missing);
    }
    each_mut(addresses, address)?;
    let mut seen = Vec::new();
    addresses.retain(|address| {
        let key = fold(address);
        let is_new = !seen.contains(&key);
        seen.push(key);
        is_new
    });
    Ok(())
}

fn text(value: &mut String, limit: usize) -> Result<(), Problem> {
    *value = value.trim().to_owned();
    if value.is_empty() {
        return Err(Problem::Missing);
    }
    if value.chars().count() > limit {
        return Err(Problem::TooLong(limit));
    }
    Ok(())
}

fn address(value: &mut String) -> Result<(), Problem> {
    text(value, usize::MAX)?;
    if outbox::is_address(value) { Ok(()) } else { Err(Problem::NotAnAddress(value.clone())) }
}

/// Drops blanks and repeated entries.
fn list(values: &mut Vec<String>) -> Result<(), Problem> {
    let mut kept: Vec<String> = Vec::with_capacity(values.len().min(LIST_LIMIT));
    for value in values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()) {
        if kept.iter().any(|known| known == value) {
            continue;
        }
        if kept.len() == LIST_LIMIT {
            return Err(Problem::TooMany(LIST_LIMIT));
        }
        kept.push(value.to_owned());
    }
    *values = kept;
    Ok(())
}

fn each(values: &[String], check: fn(&str) -> Result<(), Problem>) -> Result<(), Problem> {
    values.iter().try_for_each(|value| check(value))
}

fn each_mut(
    values: &mut [String],
    check: fn(&mut String) -> Result<(), Problem>,
) -> Result<(), Problem> {
    values.iter_mut().try_for_each(check)
}

/// The placeholder may stay: the name it stands for is known only when the other side's application
/// exists, and until then such a URL matches nothing.
fn redirect(value: &str) -> Result<(), Problem> {
    if value.len() > URL_LIMIT {
        return Err(Problem::TooLong(URL_LIMIT));
    }
    client::check_redirect_uri_syntax(&value.replace(PLACEHOLDER, "name"))
        .map_err(|error| Problem::BadUrl { url: value.to_owned(), why: error.description })
}

/// As browsers send it (RFC 6454 §6.1): no path, no trailing slash, no default port.
fn origin(value: &mut String) -> Result<(), Problem> {
    let wrong = || Problem::NotAnOrigin(value.clone());
    let url = Url::parse(value).map_err(|_| wrong())?;
    let bare = matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return Err(wrong()),
    };
    if !bare || !(url.scheme() == "https" || url.scheme() == "http" && loopback) {
        return Err(wrong());
    }
    *value = url.origin().ascii_serialization();
    Ok(())
}
