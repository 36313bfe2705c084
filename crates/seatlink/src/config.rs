//! Configuration: defaults, then one TOML file, then `SEATLINK_*` variables, then options.
//!
//! Everything is checked here, once, and every refusal says which setting it is about. Secrets may
//! stand in a file of their own (`…_file`), so that the configuration can be shown to anybody.

use std::{
    fs, io,
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    time::Duration,
};

use seatlink_domain::{
    seal::Secret,
    settings::{Host, Lifetimes, Lockout, Realm, Settings},
};
use serde::Deserialize;
use url::Url;

use seatlink_edge::Rate;

const DEFAULT_LISTEN: &str = "127.0.0.1:8080";
const DEFAULT_REGION: &str = "na1";
/// Read from the data directory when no other file is named.
const FILE_NAME: &str = "seatlink.toml";

/// Where the data is and what the settings are: options that every command takes.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Directory of the database file and the key that seals credentials [default: data]
    #[arg(long, value_name = "DIR", env = "SEATLINK_DATA", global = true)]
    pub data: Option<PathBuf>,

    /// PostgreSQL URL, as postgres://user@host/name [default: a SQLite file in the data directory]
    #[arg(
        long,
        value_name = "URL",
        env = "SEATLINK_DATABASE_URL",
        hide_env_values = true,
        global = true
    )]
    pub database_url: Option<String>,

    /// Configuration file [default: seatlink.toml in the data directory, if it exists]
    #[arg(long, value_name = "FILE", env = "SEATLINK_CONFIG", global = true)]
    pub config: Option<PathBuf>,
}

/// What only a server needs to know.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ListenOptions {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", env = "SEATLINK_LISTEN")]
    pub listen: Option<SocketAddr>,

    /// Origin that browsers and clients use, such as https://na1.example.com
    #[arg(long, value_name = "URL", env = "SEATLINK_ORIGIN")]
    pub origin: Option<String>,

    /// Mail server, as smtps://user:password@host; without it, mails stay in the outbox
    #[arg(long, value_name = "URL", env = "SEATLINK_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
}

/// The checked configuration of one process.
#[derive(Clone, Debug)]
pub struct Config {
    pub data: PathBuf,
    pub database: Database,
    pub durability: Durability,
    pub listen: SocketAddr,
    pub connections: usize,
    /// Who tells the address of their client truly, beside those on this machine.
    pub proxies: Vec<IpAddr>,
    /// What each provisioning connection may send.
    pub rate_limit: Option<Rate>,
    pub smtp: Option<Secret>,
    pub targets: Targets,
    hosts: Vec<Host>,
    mail_from: Option<String>,
    lifetimes: Lifetimes,
    pub lockout: Lockout,
}

#[derive(Clone, Debug)]
pub enum Database {
    /// `seatlink.db` in the data directory.
    File(PathBuf),
    Postgres {
        url: Secret,
        pool_size: usize,
    },
}

/// What a crash of the machine may cost; a crash of the process never costs a committed write.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Durability {
    #[default]
    Full,
    Normal,
}

/// Which addresses provisioning may reach.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Targets {
    /// HTTPS, and no private or loopback address.
    #[default]
    Public,
    /// Public ones, and plain HTTP on loopback. For trying things out.
    Loopback,
    /// Private networks too.
    Private,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the configuration file {} cannot be read: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },
    #[error("the configuration file {} is wrong: {cause}", path.display())]
    Syntax { path: PathBuf, cause: String },
    #[error("{setting} is given twice: once as it is and once as a file; keep one")]
    Twice { setting: &'static str },
    #[error("the database URL must begin with postgres:// or postgresql://")]
    DatabaseUrl,
    #[error("“{origin}” is not an origin: {reason}")]
    Origin { origin: String, reason: &'static str },
    #[error("the origin {0} is configured twice")]
    OriginTwice(String),
    #[error(
        "{0} can be reached from other machines; say with --origin (or [[hosts]]) which address \
         clients use"
    )]
    NoOrigin(SocketAddr),
    #[error(
        "rate_limit.burst needs rate_limit.requests_per_second beside it; without that there is no limit"
    )]
    BurstAlone,
    #[error("{setting} must be from {least} to {most}, not {value}")]
    Range { setting: &'static str, least: u64, most: u64, value: u64 },
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Sections {
    data: Option<PathBuf>,
    database_url: Option<String>,
    database_url_file: Option<PathBuf>,
    database_pool: Option<u64>,
    durability: Durability,
    listen: Option<SocketAddr>,
    connections: Option<u64>,
    proxies: Vec<IpAddr>,
    hosts: Vec<Host>,
    mail: MailSection,
    provisioning: ProvisioningSection,
    lifetimes: LifetimesSection,
    lockout: LockoutSection,
    rate_limit: RateLimitSection,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MailSection {
    from: Option<String>,
    smtp_url: Option<String>,
    smtp_url_file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ProvisioningSection {
    targets: Targets,
}

/// In seconds, as the standards count.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LifetimesSection {
    access_token: Option<u64>,
    refresh_token: Option<u64>,
    session_idle: Option<u64>,
    session: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LockoutSection {
    attempts: Option<u64>,
    attempts_of_address: Option<u64>,
    seconds: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RateLimitSection {
    requests_per_second: Option<u64>,
    burst: Option<u64>,
}

impl Config {
    /// For commands that do their work and end.
    pub fn load(options: &Options) -> Result<Self, ConfigError> {
        Self::load_for_serving(options, &ListenOptions::default())
    }

    pub fn load_for_serving(
        options: &Options,
        listening: &ListenOptions,
    ) -> Result<Self, ConfigError> {
        let beside_data = options.data.as_deref().unwrap_or(Path::new("data")).join(FILE_NAME);
        let file = match &options.config {
            Some(path) => read_file(path)?,
            None if beside_data.exists() => read_file(&beside_data)?,
            None => Sections::default(),
        };
        Self::merge(options, listening, file)
    }

    fn merge(
        options: &Options,
        listening: &ListenOptions,
        file: Sections,
    ) -> Result<Self, ConfigError> {
        let data = options.data.clone().or(file.data).unwrap_or_else(|| PathBuf::from("data"));
        let url = match &options.database_url {
            Some(url) => Some(Secret::new(url.clone())),
            None => secret("database_url", file.database_url, file.database_url_file)?,
        };
        let smtp = match &listening.smtp_url {
            Some(url) => Some(Secret::new(url.clone())),
            None => secret("mail.smtp_url", file.mail.smtp_url, file.mail.smtp_url_file)?,
        };
        let hosts = match &listening.origin {
            Some(origin) => vec![named_host(origin)],
            None => file.hosts,
        };
        let default_listen = || DEFAULT_LISTEN.parse().expect("the default is an address");
        Ok(Self {
            database: database(&data, url, file.database_pool)?,
            data,
            durability: file.durability,
            listen: listening.listen.or(file.listen).unwrap_or_else(default_listen),
            connections: count("connections", file.connections, 4_096, 1..=1_000_000)?,
            proxies: file.proxies,
            smtp,
            targets: file.provisioning.targets,
            hosts: checked_hosts(hosts)?,
            mail_from: file.mail.from,
            lifetimes: file.lifetimes.checked()?,
            lockout: file.lockout.checked()?,
            rate_limit: file.rate_limit.checked()?,
        })
    }

    /// The demo decides itself which hosts there are, and reaches them by plain HTTP on loopback.
    #[must_use]
    pub fn for_demo(mut self, hosts: Vec<Host>) -> Self {
        self.hosts = hosts;
        self.targets = Targets::Loopback;
        self
    }

    /// The settings of the platform. Without a configured host, the address that is listened on is
    /// the whole installation, if nobody else can reach it.
    pub fn settings(&self, listening_on: SocketAddr) -> Result<Settings, ConfigError> {
        let hosts = if self.hosts.is_empty() {
            if !listening_on.ip().is_loopback() {
                return Err(ConfigError::NoOrigin(listening_on));
            }
            vec![named_host(&format!("http://{listening_on}"))]
        } else {
            self.hosts.clone()
        };
        let mut settings = Settings::new(hosts);
        settings.lifetimes = self.lifetimes;
        settings.lockout = self.lockout;
        if let Some(from) = &self.mail_from {
            settings.mail_from.clone_from(from);
        }
        Ok(settings)
    }
}

fn read_file(path: &Path) -> Result<Sections, ConfigError> {
    let text = fs::read_to_string(path)
        .map_err(|cause| ConfigError::File { path: path.to_owned(), cause })?;
    toml::from_str(&text).map_err(|cause| {
        // The message alone: the excerpt that `Display` adds could show a secret.
        let line = cause.span().map(|span| text[..span.start].lines().count().max(1));
        let place = line.map_or_else(String::new, |line| format!("line {line}: "));
        ConfigError::Syntax { path: path.to_owned(), cause: format!("{place}{}", cause.message()) }
    })
}

fn secret(
    setting: &'static str,
    value: Option<String>,
    file: Option<PathBuf>,
) -> Result<Option<Secret>, ConfigError> {
    match (value, file) {
        (Some(_), Some(_)) => Err(ConfigError::Twice { setting }),
        (Some(value), None) => Ok(Some(Secret::new(value))),
        (None, Some(path)) => match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(Secret::new(text.trim_end()))),
            Err(cause) => Err(ConfigError::File { path, cause }),
        },
        (None, None) => Ok(None),
    }
}

fn database(data: &Path, url: Option<Secret>, pool: Option<u64>) -> Result<Database, ConfigError> {
    let pool_size = count("database_pool", pool, 16, 2..=1_000)?;
    match url {
        None => Ok(Database::File(data.join("seatlink.db"))),
        Some(url)
            if url.expose().starts_with("postgres://")
                || url.expose().starts_with("postgresql://") =>
        {
            Ok(Database::Postgres { url, pool_size })
        }
        Some(_) => Err(ConfigError::DatabaseUrl),
    }
}

fn named_host(origin: &str) -> Host {
    Host {
        origin: origin.to_owned(),
        realm: Realm::Commercial,
        region: String::from(DEFAULT_REGION),
        issuer: true,
    }
}

fn checked_hosts(hosts: Vec<Host>) -> Result<Vec<Host>, ConfigError> {
    let mut checked: Vec<Host> = Vec::with_capacity(hosts.len());
    for host in hosts {
        let origin = checked_origin(&host.origin)?;
        if checked.iter().any(|other| other.origin == origin) {
            return Err(ConfigError::OriginTwice(origin));
        }
        checked.push(Host { origin, ..host });
    }
    Ok(checked)
}

/// Bearer tokens and session cookies travel to this address, so it is HTTPS unless it cannot leave
/// the machine (RFC 6750 §5.3).
fn checked_origin(text: &str) -> Result<String, ConfigError> {
    let wrong = |reason| ConfigError::Origin { origin: text.to_owned(), reason };
    let url = Url::parse(text)
        .map_err(|_| wrong("write it as https://host, with a port if it is not the usual one"))?;
    let host = url.host_str().ok_or_else(|| wrong("the host is missing"))?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("leave out everything after the host and port"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("leave out the user name and password"));
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(host) => {}
        "http" => return Err(wrong("only loopback addresses may use http; use https")),
        _ => return Err(wrong("it must begin with https://")),
    }
    Ok(url.origin().ascii_serialization())
}

/// RFC 6761 §6.3 reserves `localhost` and every name below it.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn in_range(
    setting: &'static str,
    value: Option<u64>,
    range: RangeInclusive<u64>,
) -> Result<Option<u64>, ConfigError> {
    match value {
        Some(value) if !range.contains(&value) => {
            let (least, most) = range.into_inner();
            Err(ConfigError::Range { setting, least, most, value })
        }
        other => Ok(other),
    }
}

fn count(
    setting: &'static str,
    value: Option<u64>,
    default: usize,
    range: RangeInclusive<u64>,
) -> Result<usize, ConfigError> {
    let value = in_range(setting, value, range)?;
    Ok(value.and_then(|value| usize::try_from(value).ok()).unwrap_or(default))
}

fn seconds(
    setting: &'static str,
    value: Option<u64>,
    default: Duration,
    range: RangeInclusive<u64>,
) -> Result<Duration, ConfigError> {
    Ok(in_range(setting, value, range)?.map_or(default, Duration::from_secs))
}

const YEAR: u64 = 366 * 86_400;

impl LifetimesSection {
    fn checked(&self) -> Result<Lifetimes, ConfigError> {
        let default = Lifetimes::default();
        Ok(Lifetimes {
            access_token: seconds(
                "lifetimes.access_token",
                self.access_token,
                default.access_token,
                // Entra's gallery validation takes access tokens of one to six hours only.
                60..=21_600,
            )?,
            refresh_token: seconds(
                "lifetimes.refresh_token",
                self.refresh_token,
                default.refresh_token,
                3_600..=YEAR,
            )?,
            session_idle: seconds(
                "lifetimes.session_idle",
                self.session_idle,
                default.session_idle,
                300..=28_800,
            )?,
            session: seconds("lifetimes.session", self.session, default.session, 300..=7 * 86_400)?,
            ..default
        })
    }
}

impl LockoutSection {
    fn checked(&self) -> Result<Lockout, ConfigError> {
        let default = Lockout::default();
        let attempts = in_range("lockout.attempts", self.attempts, 1..=100)?;
        let of_address =
            in_range("lockout.attempts_of_address", self.attempts_of_address, 10..=1_000_000)?;
        Ok(Lockout {
            attempts: attempts
                .and_then(|attempts| i64::try_from(attempts).ok())
                .unwrap_or(default.attempts),
            attempts_of_address: of_address
                .and_then(|attempts| u32::try_from(attempts).ok())
                .unwrap_or(default.attempts_of_address),
            lasts: seconds("lockout.seconds", self.seconds, default.lasts, 60..=YEAR)?,
        })
    }
}

impl RateLimitSection {
    /// No rate, no limit. Any rate leaves room for what an identity provider may count on: 25
    /// requests a second.
    fn checked(&self) -> Result<Option<Rate>, ConfigError> {
        const MOST: u64 = 1_000_000;
        let rate = in_range("rate_limit.requests_per_second", self.requests_per_second, 25..=MOST)?;
        let burst = in_range("rate_limit.burst", self.burst, 25..=MOST)?;
        let number = |value: u64| u32::try_from(value).ok().and_then(NonZeroU32::new);
        let Some(per_second) = rate.and_then(number) else {
            return match burst {
                None => Ok(None),
                Some(_) => Err(ConfigError::BurstAlone),
            };
        };
        let burst = burst.and_then(number).unwrap_or(per_second.saturating_mul(TWICE));
        Ok(Some(Rate { per_second, burst }))
    }
}

/// A burst of two seconds, unless another is named.
const TWICE: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
