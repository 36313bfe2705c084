//! Large files of people, as a person imports them: killed in the middle, with a bad line, and
//! beside a server.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use reqwest::{Client, StatusCode};
use seatlink_testkit::{TestDatabase, databases};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_mins(2);
const PEOPLE: u64 = 12_000;

/// One database and the commands on it.
struct Place<'a> {
    database: &'a TestDatabase,
    unit: String,
}

impl<'a> Place<'a> {
    fn new(database: &'a TestDatabase, unit: u32) -> Result<Self> {
        let place = Self { database, unit: unit.to_string() };
        let made = place.run(&[
            "tenant",
            "create",
            "--profile",
            "standard",
            "--name",
            "Acme",
            "--business-unit",
            &place.unit,
        ])?;
        ensure!(made.status.success(), "{}", said(&made));
        Ok(place)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seatlink"));
        command.args(arguments).arg("--data").arg(self.database.directory());
        if let Some(url) = self.database.url() {
            command.args(["--database-url", url]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Result<Output> {
        Ok(self.command(arguments).output()?)
    }

    fn import(&self, file: &Path) -> Command {
        let mut command =
            self.command(&["people", "import", "--batches", "--json", "--tenant", &self.unit]);
        command.arg(file);
        command
    }

    fn imported(&self, file: &Path) -> Result<Value> {
        let output = self.import(file).output()?;
        ensure!(output.status.success(), "{}: {}", self.database.name(), said(&output));
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// A file of made-up people, their names in no order.
    fn sample(&self, count: u64) -> Result<PathBuf> {
        let file = self.database.directory().join(format!("people-{}.csv", self.unit));
        let status = Command::new(env!("CARGO_BIN_EXE_seatlink"))
            .args(["people", "sample", "--count", &count.to_string()])
            .stdout(fs::File::create(&file)?)
            .status()?;
        ensure!(status.success(), "a sample");
        Ok(file)
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn an_import_that_was_killed_is_completed_by_importing_again() -> Result<()> {
    for database in databases().await? {
        for unit in 1.. {
            ensure!(unit < 6, "{}: the import was never killed in the middle", database.name());
            let place = Place::new(&database, unit)?;
            let file = place.sample(PEOPLE)?;
            let server = Server::start(&place)?;
            let mut import = place.import(&file).spawn()?;
            while server.people().await? == 0 {
                ensure!(server.begun.elapsed() < PATIENCE, "{}: nobody came", database.name());
            }
            import.kill()?;
            import.wait()?;
            let before = server.people().await?;
            let again = place.imported(&file)?;
            ensure!(count(&again, "unchanged")? == before, "{}: {again}", database.name());
            ensure!(count(&again, "created")? == PEOPLE - before, "{}: {again}", database.name());
            let once_more = place.imported(&file)?;
            ensure!(count(&once_more, "unchanged")? == PEOPLE, "{}: {once_more}", database.name());
            ensure!(server.people().await? == PEOPLE, "{}: nobody twice", database.name());
            // A process that had everything written already shows nothing.
            if before < PEOPLE {
                break;
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_bad_line_in_a_large_file_is_named_and_nobody_is_imported() -> Result<()> {
    for database in databases().await? {
        let place = Place::new(&database, 1)?;
        let file = place.sample(PEOPLE)?;
        let text = fs::read_to_string(&file)?;
        let mut lines: Vec<&str> = text.lines().collect();
        let (again, bad) = (lines[17].to_uppercase(), "x,A,B,nobody,,,,,,,,,");
        lines[6_000] = bad;
        lines[9_000] = &again;
        fs::write(&file, lines.join("\n"))?;
        let output = place.import(&file).output()?;
        let said = said(&output);
        ensure!(output.status.code() == Some(2), "{}: {said}", database.name());
        ensure!(said.contains("line 6001, email: “nobody” is not an e-mail address."), "{said}");
        ensure!(
            said.contains("line 9001, userName:") && said.contains("is in line 18 already"),
            "{said}"
        );
        let server = Server::start(&place)?;
        ensure!(server.people().await? == 0, "{}: nobody is there", database.name());
    }
    Ok(())
}

/// Imports a file beside a server that is asked to create one user after the other. Tells whether
/// it did so between two batches of the import.
async fn is_answered_amid_an_import(place: &Place<'_>) -> Result<bool> {
    let name = place.database.name();
    let file = place.sample(PEOPLE)?;
    let server = Server::start(place)?;
    let mut import = place.import(&file).spawn()?;
    let (mut made, mut amid) = (0, false);
    while import.try_wait()?.is_none() {
        ensure!(server.begun.elapsed() < PATIENCE, "{name}: the import never ended");
        let has_begun = server.people().await? > made;
        let user = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": format!("made-{made}@example.com"),
        });
        ensure!(server.post(&user).await? == StatusCode::CREATED, "{name}: {user}");
        made += 1;
        amid |= has_begun && server.people().await? < PEOPLE + made;
    }
    ensure!(server.people().await? == PEOPLE + made, "{name}: everyone");
    Ok(amid)
}

#[tokio::test]
async fn a_server_answers_while_a_file_is_imported_beside_it() -> Result<()> {
    for database in databases().await? {
        let mut place = Place::new(&database, 1)?;
        for unit in 2.. {
            if is_answered_amid_an_import(&place).await? {
                break;
            }
            // A machine that does something else can let one of the two processes wait until the
            // other is done.
            ensure!(unit < 8, "{}: nobody was answered amid an import", database.name());
            place = Place::new(&database, unit)?;
        }
        let name = "yutong.zhao@example.com";
        let history = place.run(&["history", name, "--tenant", &place.unit, "--json"])?;
        let history: Value = serde_json::from_slice(&history.stdout)?;
        let rows = history.as_array().or_else(|| history["changes"].as_array());
        let rows = rows.with_context(|| format!("rows in {history}"))?;
        ensure!(rows.len() == 1 && rows[0]["reason"] == "created", "{history}");
        ensure!(rows[0]["event"]["user"]["name"] == name, "{history}");
        for (language, words) in
            [("en", format!("“{name}” was created")), ("zh-CN", format!("已创建“{name}”"))]
        {
            let asked = ["history", name, "--tenant", &place.unit, "--language", language];
            let told = String::from_utf8(place.run(&asked)?.stdout)?;
            ensure!(told.contains(&words), "{told}");
        }
    }
    Ok(())
}

fn count(summary: &Value, what: &str) -> Result<u64> {
    summary[what].as_u64().with_context(|| format!("{what} in {summary}"))
}

struct Server {
    process: Child,
    begun: Instant,
    users: String,
    token: String,
    http: Client,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, which a test would have noticed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    fn start(place: &Place<'_>) -> Result<Self> {
        let token = place.run(&["token", "create", "--tenant", &place.unit, "--json"])?;
        let token: Value = serde_json::from_slice(&token.stdout).with_context(|| said(&token))?;
        let mut process = place.command(&["serve", "--listen", "127.0.0.1:0"]).spawn()?;
        let mut first = String::new();
        BufReader::new(process.stdout.take().context("its output is piped")?)
            .read_line(&mut first)?;
        let ready: Value = serde_json::from_str(&first)?;
        let listening = ready["listening"].as_str().context("where it listens")?;
        // Whoever was first has installed it; there is only one to choose.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Ok(Self {
            process,
            begun: Instant::now(),
            users: format!("http://{listening}/scim/v2/Users"),
            token: token["token"].as_str().context("a token")?.to_owned(),
            http: Client::builder()
                .no_proxy()
                .timeout(PATIENCE)
                // An import may take longer than the server keeps an idle connection, which then
                // ends as it is used.
                .pool_max_idle_per_host(0)
                .build()?,
        })
    }

    async fn people(&self) -> Result<u64> {
        let asked = self.http.get(format!("{}?count=0", self.users)).bearer_auth(&self.token);
        let answer: Value = asked.send().await?.error_for_status()?.json().await?;
        count(&answer, "totalResults")
    }

    async fn post(&self, user: &Value) -> Result<StatusCode> {
        let asked = self.http.post(&self.users).bearer_auth(&self.token).json(user);
        Ok(asked.send().await?.status())
    }
}
