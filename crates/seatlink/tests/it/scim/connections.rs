//! The policy of a connection counts from the next request on, for that connection alone; what was
//! repaired is counted there and told in the log.

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::{
    access::{
        connections::{self, Kind, Policy},
        tokens::{self, TokenScope},
    },
    apps::ApiScope,
    log,
    tenants::Profile,
};
use seatlink_scim::{Leniency, Quirk};
use serde_json::{Value, json};

use crate::harness::{Answer, Application, Ground, Service, on_each_database, said};

fn strict() -> Policy {
    Policy { leniency: Leniency::Strict, ..Policy::default() }
}

fn bent(user_name: &str) -> Value {
    let mut body = Service::body(user_name);
    body["active"] = "True".into();
    body["shoeSize"] = 44.into();
    body
}

#[tokio::test]
async fn strict_counts_from_the_next_request_on_and_for_one_connection() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let (_, other) =
            tokens::create(ground.platform(), &service.actor, "Other", TokenScope::Scim, None)
                .await?;
        let other = service.scim.with_token(other.expose());
        service.scim.post("/Users", &bent("a")).await?.expect(201)?;
        service.policy(ground, strict()).await?;
        service.scim.post("/Users", &bent("b")).await?.refusal(400, Some("invalidValue"))?;
        other.post("/Users", &bent("c")).await?.expect(201)?;
        service.policy(ground, Policy::default()).await?;
        service.scim.post("/Users", &bent("b")).await?.expect(201)?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn repairs_are_counted_and_told_with_the_clause_they_bend() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let made = service.scim.post("/Users", &bent("a")).await?.expect(201)?;
        let path = format!("/Users/{}", made["id"].as_str().context("an id")?);
        let twice = json!([
            { "op": "Replace", "path": "active", "value": "False" },
            { "op": "Replace", "path": "active", "value": "True" },
        ]);
        service.scim.patch(&path, twice).await?.expect(200)?;
        let nothing = json!([{ "op": "replace", "value": { "hatSize": 7 } }]);
        service.scim.patch(&path, nothing).await?.expect(200)?;
        service.scim.get("/Users?filter=active+eq+%22true%22").await?.expect(200)?;

        let counted = service.repairs(ground).await?;
        let wanted = [("operator-case", 1), ("string-boolean", 3), ("unknown-attribute", 2)];
        assert_eq!(counted.into_iter().collect::<Vec<_>>(), wanted);

        let id = made["id"].as_str().context("an id")?.parse()?;
        let history = log::history(ground.platform(), &service.actor, id).await?;
        let created = history.first().and_then(|row| row.difference.clone()).unwrap_or_default();
        let created: Value = serde_json::from_str(&created)?;
        let repair =
            json!({ "quirk": "string-boolean", "clause": "RFC 7643 §2.3.2", "at": "active" });
        ensure!(
            created["repairs"].as_array().is_some_and(|rows| rows.contains(&repair)),
            "{created}"
        );
        let last = history.last().context("a row")?;
        ensure!(said(last).contains("hatSize"), "{}", said(last));
        assert_eq!(last.reason, "unchanged");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_api_shows_connections_and_changes_their_policy() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let (platform, actor) = (ground.platform(), &service.actor);
        let (_, admin) = tokens::create(platform, actor, "Admin", TokenScope::Admin, None).await?;
        service.scim.post("/Users", &bent("a")).await?.expect(201)?;

        let shown = ask(ground, admin.expose(), "", None).await?.expect(200)?;
        let all = shown["connections"].as_array().context("connections")?;
        let own = all.iter().find(|one| one["id"] == service.connection.as_str());
        let own = own.context("the connection")?;
        assert_eq!((&own["kind"], &own["name"]), (&json!("static-token"), &json!("Test")));
        assert_eq!(own["policy"]["leniency"], "forgiving");
        assert_eq!(own["policy"]["existing"]["user_name"], "conflict");
        assert_eq!(own["repairs"][0]["clause"], "RFC 7643 §2.3.2");

        let path = format!("/{}", service.connection);
        let policy = json!({
            "leniency": "strict", "existing": { "user_name": "restore", "external_id": "create" },
        });
        let set = format!("{path}/policy");
        let set_to = async |body: &Value| ask(ground, admin.expose(), &set, Some(body)).await;
        let answer = set_to(&policy).await?.expect(200)?;
        assert_eq!(answer["policy"]["existing"]["user_name"], "restore");
        assert_eq!(ask(ground, admin.expose(), &path, None).await?.expect(200)?, answer);
        service.scim.post("/Users", &bent("b")).await?.refusal(400, Some("invalidValue"))?;
        let row = log::latest(platform, actor, 5).await?;
        ensure!(row.iter().any(|row| row.operation == "configure"
            && row.difference.as_deref().is_some_and(|text| text.contains("restore"))));

        assert_eq!(set_to(&json!({ "leniency": "soft" })).await?.status, 400);
        // Nobody is taken over by an address, so there is no such choice.
        assert_eq!(set_to(&json!({ "existing": { "email": "restore" } })).await?.status, 400);
        assert_eq!(ask(ground, admin.expose(), "/nobody", None).await?.status, 404);
        assert_eq!(ask(ground, &service.token, "", None).await?.status, 403);
        assert_eq!(ask(ground, "slst_x", "", None).await?.status, 401);

        let elsewhere = Service::new(ground, Profile::Standard, 2).await?;
        let (_, foreign) =
            tokens::create(platform, &elsewhere.actor, "Admin", TokenScope::Admin, None).await?;
        assert_eq!(ask(ground, foreign.expose(), &path, None).await?.status, 404);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_application_is_one_connection_whatever_token_it_comes_with() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let (platform, actor) = (ground.platform(), &service.actor);
        let app = Application::register(ground, actor, "Entra", &[ApiScope::Admin]).await?;
        let scim = async || {
            let tokens = app.token(&[("grant_type", "client_credentials")]).await?.expect(200)?;
            let token = tokens["access_token"].as_str().context("a token")?;
            anyhow::Ok(service.scim.with_token(token))
        };
        let (first, second) = (scim().await?, scim().await?);
        first.post("/Users", &bent("a")).await?.expect(201)?;
        second.post("/Users", &bent("b")).await?.expect(201)?;
        let shown = connections::get(platform, actor, &app.client_id).await?;
        assert_eq!((shown.kind, &*shown.name), (Kind::Application, "Entra"));
        let times = shown.repairs.iter().map(|repair| (repair.quirk, repair.times));
        let wanted = [(Quirk::StringBoolean, 2), (Quirk::UnknownAttribute, 2)];
        assert_eq!(times.collect::<Vec<_>>(), wanted);

        connections::set_policy(platform, actor, &app.client_id, strict().into()).await?;
        for scim in [first, second, scim().await?] {
            scim.post("/Users", &bent("c")).await?.refusal(400, Some("invalidValue"))?;
        }
        service.scim.post("/Users", &bent("c")).await?.expect(201)?;
        Ok(())
    })
    .await
}

async fn ask(ground: &Ground, token: &str, path: &str, put: Option<&Value>) -> Result<Answer> {
    let url = format!("{}/manage/v1/connections{path}", ground.sides.receiving);
    let request = match put {
        Some(body) => ground.http.put(url).body(body.to_string()),
        None => ground.http.get(url),
    };
    Answer::of(request.bearer_auth(token)).await
}
