//! What must happen once the guide has been followed: one file for each row of its last table, and
//! the same with PATCH.

mod agent_role_missing;
mod assigned;
mod assigned_again;
mod attribute_changes;
mod languages;
mod leaves;
mod patch_style;
mod permission_lost;
mod token_expires;
