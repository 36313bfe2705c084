//! What went wrong with others, and why an integration is not ready.

use axum::http::StatusCode;
use seatlink_domain::log::{
    ForbiddenTarget, MailTrouble, NotTokens, Problem, Said, Silence, StatusReason, Step,
    TokenTrouble, Trouble,
};
use seatlink_provision::Obstacle;
use seatlink_texts::{Language, Message, Texts};

use super::Sentence;

/// The step and what it met, in the grammar that administrators of provisioning know and search
/// for.
pub(super) fn problem(problem: &Problem, user: &str, language: Language) -> Sentence {
    let t = Texts::of(language).log();
    let inner = trouble(&problem.trouble, language);
    let step = match (&problem.trouble, problem.step) {
        // These belong to no single step.
        (Trouble::Credentials(_) | Trouble::NoMatch, _) => return inner,
        (_, Step::LookUp) => t.step_look_up(user, ""),
        (_, Step::Create) => t.step_create(user, ""),
        (_, Step::Update) => t.step_update(""),
        (_, Step::Deactivate) => t.step_deactivate(user, ""),
        (_, Step::Reactivate) => t.step_reactivate(user, ""),
    };
    Sentence::from(step).with("trouble", &inner)
}

pub(super) fn trouble(trouble: &Trouble, language: Language) -> Sentence {
    let t = Texts::of(language).log();
    let message = match trouble {
        Trouble::Credentials(words) => {
            return said(t.credentials_invalid().into(), words.as_ref(), language);
        }
        Trouble::Answered { status, said: words } => {
            return said(t.answered(phrase(*status)).into(), words.as_ref(), language);
        }
        Trouble::Tokens(why) => return tokens(why, language),
        Trouble::Silence(why) => silence(why, language),
        Trouble::Forbidden(why) => forbidden(why, language),
        Trouble::RateLimited => t.rate_limited().into(),
        Trouble::TooLarge(mib) => t.too_large(*mib),
        Trouble::NoMatch => t.no_match().into(),
        Trouble::Ambiguous(count) => t.ambiguous(*count),
        Trouble::EmptyAnswer => t.empty_answer().into(),
        Trouble::NoIdentifier => t.no_identifier().into(),
    };
    message.into()
}

/// The phrase of an HTTP status, which is the standard's word; the number alone when it has none.
fn phrase(status: u16) -> String {
    StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .map_or_else(|| format!("HTTP {status}"), str::to_owned)
}

/// Goes on with what the answer says.
fn said(trouble: Sentence, said: Option<&Said>, language: Language) -> Sentence {
    let t = Texts::of(language).log();
    let Some(said) = said else { return trouble };
    let message = match said {
        Said::Words(words) => t.said_words("", words.as_str()),
        Said::NotJson(Some(start)) => t.said_not_json("", start.as_str()),
        Said::NotJson(None) => t.said_nothing(""),
        Said::Redirect => t.said_redirect(""),
        Said::NotAList => t.said_not_a_list(""),
        Said::NotAnObject => t.said_not_an_object(""),
        Said::NotAResource => t.said_not_a_resource(""),
        Said::NoId => t.said_no_id(""),
        Said::OtherUser(asked) => t.said_other_user("", asked.as_str()),
    };
    Sentence::from(message).with("trouble", &trouble)
}

fn silence(silence: &Silence, language: Language) -> Message {
    let t = Texts::of(language).log();
    match silence {
        Silence::TimedOut(seconds) => t.silence_timed_out(*seconds),
        Silence::OutOfTime => t.silence_out_of_time().into(),
        Silence::Closed => t.silence_closed().into(),
        Silence::Connection(words) => t.silence_connection(words.as_str()),
    }
}

fn forbidden(why: &ForbiddenTarget, language: Language) -> Message {
    let t = Texts::of(language).log();
    match why {
        ForbiddenTarget::Scheme => t.forbidden_scheme().into(),
        ForbiddenTarget::Credentials => t.forbidden_credentials().into(),
        // As text: a port is not grouped.
        ForbiddenTarget::Port(port) => t.forbidden_port(port.to_string()),
        ForbiddenTarget::Address(host) => t.forbidden_address(host),
    }
}

fn tokens(trouble: &TokenTrouble, language: Language) -> Sentence {
    let t = Texts::of(language).log();
    let message = match trouble {
        TokenTrouble::NotAuthorized => t.tokens_not_authorized().into(),
        TokenTrouble::NoRefreshToken => t.tokens_no_refresh_token().into(),
        TokenTrouble::Unsendable => t.tokens_unsendable().into(),
        TokenTrouble::Unstored => t.tokens_unstored().into(),
        TokenTrouble::Refused { code, said: Some(Said::Words(words)) } => {
            t.tokens_refused(format!("{code}: {words}"))
        }
        TokenTrouble::Unavailable { code, said: Some(Said::Words(words)) } => {
            t.tokens_unavailable(format!("{code}: {words}"))
        }
        TokenTrouble::Refused { code, said: words } => {
            return said(t.tokens_refused(code.as_str()).into(), words.as_ref(), language);
        }
        TokenTrouble::Unavailable { code, said: words } => {
            return said(t.tokens_unavailable(code.as_str()).into(), words.as_ref(), language);
        }
        TokenTrouble::Silence(why) => return unreachable(silence(why, language), language),
        TokenTrouble::TooLarge(mib) => return unreachable(t.too_large(*mib), language),
        TokenTrouble::Forbidden(why) => return unreachable(forbidden(why, language), language),
        TokenTrouble::Invalid(why) => {
            let why = match why {
                NotTokens::NotJson(Some(start)) => t.not_tokens_json(start.as_str()),
                NotTokens::NotJson(None) => t.not_tokens_empty().into(),
                NotTokens::NoAccessToken => t.not_tokens_missing().into(),
                NotTokens::TokenType(kind) => t.not_tokens_type(kind.as_str()),
            };
            return Sentence::from(t.tokens_invalid("")).with("trouble", &why.into());
        }
    };
    message.into()
}

fn unreachable(why: Message, language: Language) -> Sentence {
    let t = Texts::of(language).log();
    Sentence::from(t.tokens_unreachable("")).with("trouble", &why.into())
}

/// Why a mail could not be sent.
pub fn mail(trouble: &MailTrouble, language: Language) -> Sentence {
    let t = Texts::of(language).log();
    match trouble {
        MailTrouble::Server(words) => t.mail_server(words.as_str()).into(),
        MailTrouble::Malformed(words) => t.mail_malformed(words.as_str()).into(),
        MailTrouble::TimedOut => t.mail_timed_out().into(),
        MailTrouble::Sealed => t.mail_sealed().into(),
    }
}

/// Why an integration is not ready.
pub fn status(reason: &StatusReason, language: Language) -> Sentence {
    let t = Texts::of(language).log();
    match reason {
        StatusReason::ProvisioningOff => t.status_provisioning_off().into(),
        StatusReason::NoConnection => t.status_no_connection().into(),
        StatusReason::NoPassword => t.status_no_password().into(),
        StatusReason::NoHeader => t.status_no_header().into(),
        StatusReason::NotAuthenticated => t.status_not_authenticated().into(),
        StatusReason::AuthorizationLost(problem) => trouble(&problem.trouble, language),
    }
}

/// Why an authorization did not end in tokens.
pub fn obstacle(obstacle: &Obstacle, language: Language) -> Sentence {
    match obstacle {
        Obstacle::Tokens(trouble) => tokens(trouble, language),
        Obstacle::Misconfigured(why) => {
            Texts::of(language).log().test_misconfigured(why.to_string()).into()
        }
    }
}
