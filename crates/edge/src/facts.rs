//! What is known of a request before anybody handles it, and how handlers ask for it.

use std::{net::IpAddr, ops::Deref};

use axum::{
    extract::FromRequestParts,
    http::{Extensions, request::Parts},
};

use super::{Problem, RequestId, sign_ins::client_address};
use crate::{AppState, Served};

/// What the edge found out about a request, for the extractors.
#[derive(Clone, Debug)]
pub struct Facts {
    pub id: RequestId,
    pub host: Served,
    /// Who is connected, which may be a proxy.
    pub(super) peer: IpAddr,
}

impl Facts {
    pub fn of(extensions: &Extensions) -> Result<&Self, Problem> {
        extensions.get().ok_or_else(|| {
            tracing::error!("a request did not come through the edge");
            Problem::Internal
        })
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Facts::of(&parts.extensions).map(|facts| facts.id.clone())
    }
}

/// The configured host a request is for: origin, realm and region.
#[derive(Clone, Debug)]
pub struct RequestHost(pub Served);

impl Deref for RequestHost {
    type Target = Served;

    fn deref(&self) -> &Served {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for RequestHost {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Facts::of(&parts.extensions).map(|facts| Self(facts.host.clone()))
    }
}

/// The address of the client, as far as it can be known.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let facts = Facts::of(&parts.extensions)?;
        Ok(Self(client_address(facts.peer, &parts.headers, &state.proxies)))
    }
}
