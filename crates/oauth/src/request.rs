//! Requests, parsed once at the edge into types that cannot be wrong.
//!
//! [`Params`] reads the pairs and refuses repeated ones; each endpoint then has its own type.
//! Nothing here knows which clients exist: what a client may do is checked in [`crate::client`],
//! what a grant allows in [`crate::grant`].

mod authorize;
mod params;
mod session;
mod token;

pub use authorize::{AuthorizeRequest, Prompt, PromptValue};
pub use params::Params;
pub use session::{LogoutRequest, TokenReference, TokenTypeHint, token_reference};
pub use token::{
    ClientCredential, GrantType, TokenRequest, check_token_query, client_credential, token_request,
};
