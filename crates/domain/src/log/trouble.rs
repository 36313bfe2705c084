//! What went wrong with others, as facts: targets, authorization servers and mail servers.

use serde::{Deserialize, Serialize};

use super::Quoted;

/// The step of provisioning one person that was under way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    LookUp,
    Create,
    Update,
    Deactivate,
    Reactivate,
}

/// Why a request to a target did not lead on, and in which step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Problem {
    pub step: Step,
    pub trouble: Trouble,
}

/// What a request to a target met.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// The target does not take our credentials.
    Credentials(Option<Said>),
    /// There is no access token to send.
    Tokens(TokenTrouble),
    /// 429.
    RateLimited,
    /// An answer that is of no use: its status, and what is known beyond that.
    Answered {
        status: u16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<Said>,
    },
    /// No answer came.
    Silence(Silence),
    /// The answer is larger than this many MiB.
    TooLarge(u64),
    /// Nobody matches, and creating accounts is switched off.
    NoMatch,
    /// So many accounts match, and linking one of them would be a guess.
    Ambiguous(u64),
    /// A creation was answered with success and nothing else.
    EmptyAnswer,
    /// We do not send requests there.
    Forbidden(ForbiddenTarget),
    /// The person has no value for the attribute that accounts are matched by.
    NoIdentifier,
}

/// What an answer says, or why it says nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// The other side's own words.
    Words(Quoted),
    /// The answer is not JSON; this is how it starts, unless it is empty.
    NotJson(Option<Quoted>),
    /// The target redirects elsewhere, and redirects are not followed.
    Redirect,
    NotAList,
    NotAnObject,
    /// An element of `Resources` is not an object.
    NotAResource,
    NoId,
    /// The answer is about another user than the one of this id.
    OtherUser(Quoted),
}

/// Why no answer came.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silence {
    /// None within so many seconds.
    TimedOut(u64),
    /// None before the lease on the work item ran out.
    OutOfTime,
    /// The other side closed the connection.
    Closed,
    /// The connection failed, in the words of the operating system or the TLS library.
    Connection(Quoted),
}

/// Why there is no access token to send.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenTrouble {
    /// Nobody has authorized the application yet.
    NotAuthorized,
    /// The access token is no longer accepted, and there is no refresh token.
    NoRefreshToken,
    /// The access token has characters that cannot be sent in a header.
    Unsendable,
    /// The stored tokens could not be read or written.
    Unstored,
    /// The authorization server understood and said no.
    Refused {
        /// The OAuth error code, or the phrase of the HTTP status.
        code: Quoted,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<Said>,
    },
    /// The authorization server cannot answer at the moment.
    Unavailable {
        code: Quoted,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<Said>,
    },
    /// The authorization server did not answer.
    Silence(Silence),
    /// The answer of the authorization server is larger than this many MiB.
    TooLarge(u64),
    Forbidden(ForbiddenTarget),
    /// The answer of the authorization server holds no tokens.
    Invalid(NotTokens),
}

/// Why an answer with success is not an answer with tokens.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotTokens {
    NotJson(Option<Quoted>),
    NoAccessToken,
    /// Tokens of this type are not supported.
    TokenType(Quoted),
}

/// Why a URL or address was refused as a target.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum ForbiddenTarget {
    #[error("only https addresses are allowed as targets")]
    Scheme,
    #[error("the address must not contain a user name or password")]
    Credentials,
    #[error("port {0} is not allowed for targets")]
    Port(u16),
    #[error("the host {0} is not on a public network, and only public targets are allowed")]
    Address(String),
}

/// The switch of an integration that keeps something from being sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Switch {
    Provisioning,
    CreateUsers,
    UpdateUserAttributes,
    DeactivateUsers,
}

/// Why an integration is not ready.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusReason {
    ProvisioningOff,
    NoConnection,
    NoPassword,
    NoHeader,
    /// Nobody has authenticated with the application yet.
    NotAuthenticated,
    /// The target takes the credentials no more.
    AuthorizationLost(Problem),
}

/// Why a mail could not be sent. Holds nothing of the mail's content.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailTrouble {
    /// What the mail server, or the connection to it, said.
    Server(Quoted),
    /// The mail cannot be put into the form that mail servers take.
    Malformed(Quoted),
    TimedOut,
    /// The stored mail cannot be opened.
    Sealed,
}
