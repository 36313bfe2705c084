//! The SCIM service as a client meets it that makes mistakes, repeats itself or means harm.

mod conditions;
mod filters;
mod paths;
mod refusals;
mod removal;
mod tenants;
