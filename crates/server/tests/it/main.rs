//! The binary as a person runs it, on both databases.

mod browser;
mod connections;
mod crash;
mod demo;
mod import;
mod oauth;
mod readme;
mod registration_mail;
mod schemas;
