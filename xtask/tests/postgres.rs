//! The throwaway server against real PostgreSQL: it answers, and it is gone afterwards however its
//! user ended.
//!
//! Runs where the store's conformance suite runs on PostgreSQL, which is whenever the recipe `test`
//! runs it.

#![expect(clippy::unwrap_used, reason = "a test may stop where its assumption fails")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};

struct Started {
    child: Child,
    output: BufReader<ChildStdout>,
    address: SocketAddr,
}

/// Starts a server of our own, or nothing where PostgreSQL is not part of the run.
fn start() -> Option<Started> {
    std::env::var_os("SEATLINK_TEST_DATABASE_URL")?;
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("postgres")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut url = String::new();
    output.read_line(&mut url).unwrap();
    let address = url
        .trim()
        .strip_prefix("postgres://postgres@")
        .and_then(|rest| rest.strip_suffix("/postgres"))
        .unwrap()
        .parse()
        .unwrap();
    Some(Started { child, output, address })
}

/// The guard shares the error output of the run and closes it last, so its end is the end of
/// everything.
fn wait_for_the_guard(started: &mut Started) {
    let mut rest = String::new();
    started.child.stderr.take().unwrap().read_to_string(&mut rest).unwrap();
    started.output.read_to_string(&mut rest).unwrap();
}

#[test]
fn the_end_of_input_ends_the_server() {
    let Some(mut started) = start() else { return };
    assert!(TcpStream::connect(started.address).is_ok());
    drop(started.child.stdin.take());
    wait_for_the_guard(&mut started);
    assert!(started.child.wait().unwrap().success());
    assert!(TcpStream::connect(started.address).is_err());
}

#[test]
fn a_killed_run_leaves_no_server() {
    let Some(mut started) = start() else { return };
    assert!(TcpStream::connect(started.address).is_ok());
    started.child.kill().unwrap();
    started.child.wait().unwrap();
    wait_for_the_guard(&mut started);
    assert!(TcpStream::connect(started.address).is_err());
}
