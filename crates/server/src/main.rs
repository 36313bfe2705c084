//! Seatlink: user provisioning from both ends in one binary.

mod api;
mod assets;
mod boot;
mod cli;
mod config;
mod console;
mod demo;
mod http;
mod login;
mod mail;
mod oauth;
mod openapi;
mod ops;
mod pages;
mod portal;
mod router;
mod scim;
mod state;
#[cfg(test)]
mod tests;
mod words;

use std::process::ExitCode;

/// Many small, short-lived allocations on several threads are what this allocator is made for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    cli::run().await
}
