//! The SCIM service as a client meets it that makes mistakes, repeats itself or means harm.

mod atomicity;
mod bulk;
mod concurrent;
mod conditions;
mod connections;
mod existing;
mod filters;
mod groups;
mod heads;
mod hostile;
mod lists;
mod managers;
mod paths;
mod properties;
mod rates;
mod refusals;
mod removal;
mod schemas;
mod sentences;
mod tenants;
mod unavailable;
