//! A server that is killed in the middle of PATCHes and bulk requests: whatever was answered is
//! there, and nothing is there by half.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use reqwest::{Client, Method};
use seatlink_testkit::{TestDatabase, databases};
use serde_json::{Value, json};

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const KILLS: u64 = 3;
/// Answers before a kill, so that each one is in the middle of many.
const ANSWERS: u64 = 60;
const PATIENCE: Duration = Duration::from_mins(1);

struct Server {
    process: Child,
    base: String,
    token: String,
    http: Client,
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that ended early leaves it running.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(database: &TestDatabase, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatlink"));
    command.args(arguments).arg("--json").arg("--data").arg(database.directory());
    if let Some(url) = database.url() {
        command.args(["--database-url", url]);
    }
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

fn run(database: &TestDatabase, arguments: &[&str]) -> Result<Value> {
    let output = command(database, arguments).output()?;
    ensure!(output.status.success(), "{arguments:?}");
    Ok(serde_json::from_slice(&output.stdout)?)
}

impl Server {
    fn start(database: &TestDatabase, token: &str, http: &Client) -> Result<Self> {
        let mut process = command(database, &["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut first = String::new();
        BufReader::new(process.stdout.take().context("its output is piped")?)
            .read_line(&mut first)?;
        let ready: Value = serde_json::from_str(&first)?;
        let address = ready["listening"].as_str().context("an address")?;
        let base = format!("http://{address}/scim/v2");
        Ok(Self { process, base, token: token.to_owned(), http: http.clone() })
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<(u16, Value)> {
        let request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
            .header("content-type", "application/scim+json");
        let request = match body {
            Some(body) => request.body(body.to_string()),
            None => request,
        };
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        // An answer that broke off in the middle was not given.
        let text = answer.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or_default()))
    }

    async fn made(&self, path: &str, body: Value) -> Result<String> {
        let (status, made) = self.ask(Method::POST, path, Some(body)).await?;
        ensure!(status == 201, "{status} {made}");
        Ok(made["id"].as_str().context("an id")?.to_owned())
    }
}

/// What a client did and knows of: the number of the last request that was answered.
#[derive(Default)]
struct Known {
    user: AtomicU64,
    group: AtomicU64,
    bulk: AtomicU64,
}

/// The names of the people that a bulk request of this number makes.
fn people(number: u64) -> [String; 2] {
    [format!("left{number}@example.com"), format!("right{number}@example.com")]
}

/// Two attributes of a user in one request.
async fn patch_user(server: &Server, id: &str, number: u64) -> Result<()> {
    let body = json!({ "schemas": [PATCH], "Operations": [
        { "op": "replace", "path": "title", "value": number.to_string() },
        { "op": "replace", "path": "nickName", "value": number.to_string() },
    ] });
    let (status, said) = server.ask(Method::PATCH, &format!("/Users/{id}"), Some(body)).await?;
    ensure!(status == 200, "{status} {said}");
    Ok(())
}

/// An attribute of a group and all its members in one request.
async fn patch_group(server: &Server, id: &str, users: &[String], number: u64) -> Result<()> {
    let members: Vec<Value> = members_at(users, number).map(|id| json!({ "value": id })).collect();
    let body = json!({ "schemas": [PATCH], "Operations": [
        { "op": "remove", "path": "members" },
        { "op": "replace", "path": "externalId", "value": number.to_string() },
        { "op": "add", "path": "members", "value": members },
    ] });
    let (status, said) = server.ask(Method::PATCH, &format!("/Groups/{id}"), Some(body)).await?;
    ensure!(matches!(status, 200 | 204), "{status} {said}");
    Ok(())
}

/// A different half of the users at each number.
fn members_at(users: &[String], number: u64) -> impl Iterator<Item = &String> {
    users.iter().enumerate().filter_map(move |(position, id)| {
        (number >> (position % 8) & 1 == u64::from(position % 2 == 0)).then_some(id)
    })
}

async fn bulk(server: &Server, number: u64) -> Result<()> {
    let operation = |name: &String| {
        json!({ "method": "POST", "path": "/Users", "bulkId": name,
            "data": { "schemas": [USER], "userName": name, "emails": [{ "value": name }] } })
    };
    let operations: Vec<Value> = people(number).iter().map(operation).collect();
    let body = json!({ "schemas": [BULK], "Operations": operations });
    let (status, said) = server.ask(Method::POST, "/Bulk", Some(body)).await?;
    ensure!(status == 200, "{status} {said}");
    Ok(())
}

/// Sends one request after the other until the server is gone. Answers are noted, requests are
/// numbered. A refusal is no end: whoever refuses is still there.
async fn until_gone(known: &AtomicU64, send: impl AsyncFn(u64) -> Result<()>) -> Result<()> {
    loop {
        let number = known.load(Ordering::Relaxed) + 1;
        match tokio::time::timeout(PATIENCE, send(number)).await {
            Ok(Ok(())) => known.store(number, Ordering::Relaxed),
            Ok(Err(error)) if error.is::<reqwest::Error>() => return Ok(()),
            Ok(Err(refused)) => return Err(refused),
            Err(_) => return Ok(()),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_before_a_kill_is_there_and_nothing_by_half() -> Result<()> {
    // Whoever was first has installed it; there is only one to choose.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let http = Client::builder().timeout(PATIENCE).build()?;
    for database in databases().await? {
        let name = database.name();
        let create =
            ["tenant", "create", "--profile", "standard", "--name", "Acme", "--business-unit", "1"];
        run(&database, &create)?;
        let token = run(&database, &["token", "create"])?;
        let token = token["token"].as_str().context("a token")?;
        let known = Known::default();
        let mut server = Server::start(&database, token, &http)?;
        let mut users = Vec::new();
        for position in 0..16 {
            let body = json!({ "schemas": [USER], "userName": format!("u{position}@example.com") });
            users.push(server.made("/Users", body).await?);
        }
        let group = json!({ "schemas": [GROUP], "displayName": "All" });
        let group = server.made("/Groups", group).await?;
        for kill in 0..KILLS {
            let goal = (kill + 1) * ANSWERS;
            let numbers = || {
                [&known.user, &known.group, &known.bulk]
                    .map(|number| number.load(Ordering::Relaxed))
            };
            let before = numbers();
            // Enough in all, and each line of requests got further.
            let reached = || {
                let now = numbers();
                let moved = now.iter().zip(&before).all(|(now, before)| now > before);
                moved && now.iter().sum::<u64>() >= goal
            };
            let mut dying = server;
            let killed = async {
                let begun = tokio::time::Instant::now();
                while !reached() && begun.elapsed() < PATIENCE {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                // SIGKILL: nothing of the process runs any more.
                let pid = dying.process.id().to_string();
                Command::new("kill").args(["-9", &pid]).status()
            };
            let (killed, user, group_line, bulks) = tokio::join!(
                killed,
                until_gone(&known.user, async |number| patch_user(&dying, &users[0], number).await),
                until_gone(&known.group, async |number| {
                    patch_group(&dying, &group, &users, number).await
                }),
                until_gone(&known.bulk, async |number| bulk(&dying, number).await),
            );
            for line in [user, group_line, bulks] {
                line.with_context(|| format!("{name}, before kill {kill}"))?;
            }
            ensure!(killed?.success() && reached(), "{name}: {:?} answers", numbers());
            dying.process.wait()?;
            server = Server::start(&database, token, &http)?;
            check(&server, &known, &users, &group)
                .await
                .with_context(|| format!("{name}, kill {kill}"))?;
        }
    }
    Ok(())
}

/// Each line of requests is where it was when the last answer came, or one further: that request
/// was on its way.
async fn check(server: &Server, known: &Known, users: &[String], group: &str) -> Result<()> {
    let (_, user) = server.ask(Method::GET, &format!("/Users/{}", users[0]), None).await?;
    let title: u64 = user["title"].as_str().unwrap_or("0").parse()?;
    ensure!(user["nickName"].as_str().unwrap_or("0") == title.to_string(), "half a PATCH: {user}");
    let answered = known.user.load(Ordering::Relaxed);
    ensure!(title == answered || title == answered + 1, "{answered} answered: {user}");
    known.user.store(title, Ordering::Relaxed);

    let (_, shown) = server.ask(Method::GET, &format!("/Groups/{group}"), None).await?;
    let number: u64 = shown["externalId"].as_str().unwrap_or("0").parse()?;
    let answered = known.group.load(Ordering::Relaxed);
    ensure!(number == answered || number == answered + 1, "{answered} answered: {shown}");
    let members = shown["members"].as_array().into_iter().flatten();
    let mut members: Vec<&str> = members.filter_map(|member| member["value"].as_str()).collect();
    members.sort_unstable();
    if number > 0 {
        let mut expected: Vec<&str> = members_at(users, number).map(String::as_str).collect();
        expected.sort_unstable();
        ensure!(members == expected, "half a PATCH: {members:?} and not {expected:?}");
    }
    known.group.store(number, Ordering::Relaxed);

    // A bulk request may have got as far as its first operation; each operation is whole.
    let answered = known.bulk.load(Ordering::Relaxed);
    for number in 1..=answered + 1 {
        let mut there = Vec::new();
        for name in people(number) {
            let path = format!("/Users?filter=userName%20eq%20%22{name}%22");
            let (_, by_name) = server.ask(Method::GET, &path, None).await?;
            let path = format!("/Users?filter=emails.value%20eq%20%22{name}%22");
            let (_, by_email) = server.ask(Method::GET, &path, None).await?;
            ensure!(by_name["totalResults"] == by_email["totalResults"], "half a user: {name}");
            there.push(by_name["totalResults"] == 1);
        }
        ensure!(
            number > answered || there == [true, true],
            "bulk {number} of {answered}: {there:?}"
        );
        ensure!(there != [false, true], "bulk {number} did its second operation only");
        if number > answered && there != [false, false] {
            // The one that is there is refused now and the other made.
            bulk(server, number).await?;
            known.bulk.store(number, Ordering::Relaxed);
        }
    }
    Ok(())
}
