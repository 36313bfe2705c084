//! What programs see and send: the types that the JSON of the API, its OpenAPI document and
//! `--json` of the command line are made from.
//!
//! Members are `snake_case`, choices are words in `kebab-case`. What an object is called by is
//! `id`, a reference to another one ends in `_id`. Only parts in the form of RFC 7643 keep the
//! names of the RFC.

mod change;
mod connection;
mod import;
mod integration;
mod mail;
mod schema;

pub(crate) use self::{
    change::{ChangeList, ChangeView},
    connection::{ClientConnectionList, ClientConnectionView, PolicyBody},
    import::ImportReport,
    integration::{
        AssignReport, ConnectionBody, FailedList, FailedView, IntegrationList, IntegrationView,
        NewIntegrationBody, RetryBody, RetryReport, ScimProvisioningBody, StandingView,
        SubjectsBody, SyncReport, TestReport, ToAppBody, UnassignReport,
    },
    mail::{MailFile, MailList, MailView},
    schema::{
        NewSchemaBody, OwnResourceType, OwnSchema, RegisteredSchemaList, RegisteredSchemaView,
    },
};
