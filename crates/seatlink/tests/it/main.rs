//! The product as a whole, on both databases: in process with a clock that a test moves
//! (`harness`), and the program as a person runs it.

// In process.
mod dialects;
mod flows;
mod harness;
mod manage;
mod pages;
mod scim;
mod sign_ins;
mod transcripts;

// The program.
mod browser;
mod connections;
mod crash;
mod demo;
mod import;
mod log;
mod oauth;
mod readme;
mod registration_mail;
mod schemas;
