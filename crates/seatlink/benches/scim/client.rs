//! A small HTTP client for preparing and checking: one connection, one request at a time.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    token: String,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr, token: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(5)))?;
        Ok(Self { stream: BufReader::new(stream), token: token.to_owned() })
    }

    /// Asks for something that is there.
    pub(crate) fn get(&mut self, path: &str) -> Result<Value> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
            self.token
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (status, body) = self.answer().with_context(|| format!("the answer to {path}"))?;
        let text = String::from_utf8_lossy(&body);
        ensure!(status == 200, "{path} was answered with {status}: {text}");
        serde_json::from_str(&text).with_context(|| format!("the answer to {path} is no JSON"))
    }

    fn answer(&mut self) -> Result<(u16, Vec<u8>)> {
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let mut length = None;
        loop {
            let header = self.line()?.to_ascii_lowercase();
            match header.split_once(':') {
                Some(("content-length", value)) => length = Some(value.trim().parse()?),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = Vec::new();
        match length {
            Some(length) => self.take(length, &mut body)?,
            // Without a length it comes in chunks; nothing here asks for an answer without a body.
            None => loop {
                let size = u64::from_str_radix(self.line()?.trim(), 16).context("a chunk")?;
                self.take(size, &mut body)?;
                self.line()?;
                if size == 0 {
                    break;
                }
            },
        }
        Ok((status.context("a status line")?, body))
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        ensure!(line.ends_with('\n'), "the connection was closed");
        Ok(line.trim_end().to_owned())
    }

    fn take(&mut self, length: u64, into: &mut Vec<u8>) -> Result<()> {
        let taken = (&mut self.stream).take(length).read_to_end(into)?;
        ensure!(u64::try_from(taken)? == length, "the connection was closed");
        Ok(())
    }
}

/// A value for a query, with everything escaped that could mean something there.
pub(crate) fn escaped(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
}
