//! The program `seatlink`.

use std::process::ExitCode;

/// Many small, short-lived allocations on several threads are what this allocator is made for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    seatlink::cli::run().await
}
