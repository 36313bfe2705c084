//! No spelling of a path goes around authentication (CVE-2026-32130 was one that did, elsewhere).

use anyhow::{Result, ensure};
use seatlink_domain::tenants::Profile;

use crate::harness::{Service, on_each_database, raw_status};

#[tokio::test]
async fn no_spelling_of_a_path_answers_without_a_token() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let user = service.user("pat@example.com").await?;
        for origin in [&ground.sides.receiving, &ground.sides.sending] {
            let absolute = format!("{origin}/scim/v2/Users");
            let by_id = format!("/scim/v2{user}");
            for target in [
                "/scim/v2/Users",
                &absolute,
                &by_id,
                "/scim/v2%2FUsers",
                "/scim%2Fv2%2FUsers",
                "/%73cim/v2/Users",
                "/scim/%76%32/Users",
                "/scim/v2/%55sers",
                "/scim/v2/%2555sers",
                "/scim/v2/Users%00",
                "/scim/v2/Users%20",
                "/scim/v2/Users/",
                "/scim/v2/Users//",
                "/scim/v2/Users.",
                "/scim/v2/Users;x=1",
                "/scim/v2;x=1/Users",
                "/scim/v2/users",
                "/SCIM/v2/Users",
                "/scim/V2/Users",
                "/scim//v2/Users",
                "//scim/v2/Users",
                "/./scim/v2/Users",
                "/scim/v2/./Users",
                "/scim/v2/Users/../Users",
                "/scim/v2/Users/%2e%2e/Users",
                "/scim/v2/ServiceProviderConfig/../Users",
                "/scim/v2/ServiceProviderConfig/%2e%2e/Users",
                "/assets/../scim/v2/Users",
                "/scim/v2\\Users",
                "/scim/v2/Me",
                "/scim/v2/Groups",
                "/scim/v2/Schemas",
                "/scim/v2/ResourceTypes",
                "/scim/v2/Bulk",
                "/scim/v2/",
                "/scim/v2",
                "/scim",
            ] {
                let status = raw_status(origin, target).await?;
                ensure!([400, 401, 404].contains(&status), "{target} answers {status}");
            }
            // Meant for everybody: it says how to authenticate (RFC 7643 §5).
            assert_eq!(raw_status(origin, "/scim/v2/ServiceProviderConfig").await?, 200);
        }
        Ok(())
    })
    .await
}
