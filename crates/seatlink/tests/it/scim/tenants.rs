//! A token opens one tenant: what is in another one does not exist for it.

use anyhow::{Result, ensure};
use reqwest::Method;
use seatlink_domain::tenants::Profile;
use serde_json::{Value, json};
use url::Url;

use crate::harness::{Answer, Call, Ground, Service, on_each_database};

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

#[tokio::test]
async fn a_resource_of_another_tenant_is_as_absent_as_any_made_up_id() -> Result<()> {
    on_each_database(async |ground| {
        for profile in [Profile::ContactCenter, Profile::Standard] {
            let two = Two::new(ground, profile).await?;
            let before = two.theirs.scim.get(&format!("/Users/{}", two.user)).await?.text;
            for id in [&two.user, &two.group] {
                let kind = if *id == two.user { "Users" } else { "Groups" };
                for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
                    let theirs = two.try_on(&method, kind, id).await?;
                    let made_up = two.try_on(&method, kind, NOBODY).await?;
                    let said = theirs.refusal(404, None)?;
                    ensure!(
                        said.replace(id, NOBODY) == made_up.refusal(404, None)?,
                        "{method} tells them apart: {said}"
                    );
                }
            }
            let after = two.theirs.scim.get(&format!("/Users/{}", two.user)).await?.text;
            assert_eq!(after, before);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nothing_of_another_tenant_is_found_or_referred_to() -> Result<()> {
    on_each_database(async |ground| {
        let two = Two::new(ground, Profile::Standard).await?;
        for filter in [
            format!("id eq \"{}\"", two.user),
            String::from("userName eq \"theirs@example.com\""),
            String::from("userName pr and not (userName eq \"ours@example.com\")"),
        ] {
            let users = format!("{}/Users", two.ours.scim.base());
            let url = Url::parse_with_params(&users, [("filter", &filter)])?;
            let request = ground.http.get(url).bearer_auth(&two.ours.token);
            let page = Answer::of(request).await?.expect(200)?;
            ensure!(page["totalResults"] == 0, "{filter} finds {page}");
        }
        let group = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Ours",
            "members": [{ "value": two.user }],
        });
        let refused = two.ours.scim.post("/Groups", &group).await?;
        let said = refused.refusal(400, Some("invalidValue"))?;
        let mut made_up = group.clone();
        made_up["members"][0]["value"] = NOBODY.into();
        let refused = two.ours.scim.post("/Groups", &made_up).await?;
        assert_eq!(said.replace(&two.user, NOBODY), refused.refusal(400, Some("invalidValue"))?);
        let mut empty = group;
        empty["members"] = json!([]);
        let ours = id(&two.ours.scim.post("/Groups", &empty).await?.expect(201)?);
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": two.user }] }]);
        let refused = two.ours.scim.patch(&format!("/Groups/{ours}"), add).await?;
        refused.refusal(400, Some("invalidValue"))?;
        let user = two.theirs.scim.get(&format!("/Users/{}", two.user)).await?.expect(200)?;
        let groups = user["groups"].as_array().map_or(0, Vec::len);
        assert_eq!(groups, 1, "only the one of their own");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn no_header_leads_a_token_into_another_tenant() -> Result<()> {
    on_each_database(async |ground| {
        let two = Two::new(ground, Profile::ContactCenter).await?;
        let tenant = two.theirs.actor.tenant.to_string();
        for (name, value) in [
            ("x-tenant-id", tenant.as_str()),
            ("x-forwarded-host", "hq.example.com"),
            ("forwarded", "host=hq.example.com"),
            ("x-original-url", "/scim/v2/Groups"),
            ("x-http-method-override", "DELETE"),
        ] {
            let headers = &[(name, value)];
            let call = Call { method: Method::GET, path: "/Users", headers, body: None };
            let page = two.ours.scim.call(call).await?.expect(200)?;
            ensure!(page["totalResults"] == 1, "{name}: {page}");
            let found = &page["Resources"][0];
            ensure!(found["userName"] == "ours@example.com", "{name}: {page}");
            let location = found["meta"]["location"].as_str().unwrap_or_default();
            ensure!(location.starts_with(two.ours.scim.base()), "{name}: {location}");
        }
        Ok(())
    })
    .await
}

/// Two tenants with a user each; the other one has a group too.
struct Two {
    ours: Service,
    theirs: Service,
    user: String,
    group: String,
}

impl Two {
    async fn new(ground: &Ground, profile: Profile) -> Result<Self> {
        let first = if profile == Profile::Standard { 10 } else { 20 };
        let ours = Service::new(ground, profile, first).await?;
        let theirs = Service::new(ground, profile, first + 1).await?;
        ours.user("ours@example.com").await?;
        let user = theirs.scim.post("/Users", &Service::body("theirs@example.com")).await?;
        let user = id(&user.expect(201)?);
        let group = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Theirs",
            "members": [{ "value": user }],
        });
        let group = id(&theirs.scim.post("/Groups", &group).await?.expect(201)?);
        Ok(Self { ours, theirs, user, group })
    }

    /// What our token gets for a resource with this id.
    async fn try_on(&self, method: &Method, kind: &str, id: &str) -> Result<Answer> {
        let body = match *method {
            Method::PUT if kind == "Users" => Service::body("stolen@example.com"),
            Method::PUT => json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
                "displayName": "Stolen",
            }),
            _ => json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{ "op": "replace", "path": "displayName", "value": "Stolen" }],
            }),
        };
        let headers = &[("content-type", "application/scim+json")];
        let path = format!("/{kind}/{id}");
        let call =
            Call { method: method.clone(), path: &path, headers, body: Some(body.to_string()) };
        self.ours.scim.call(call).await
    }
}

fn id(resource: &Value) -> String {
    resource["id"].as_str().unwrap_or_default().to_owned()
}
