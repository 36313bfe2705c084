//! Profiles: which schemas the directory of a tenant has before the tenant registers any.

pub mod contact_center;
