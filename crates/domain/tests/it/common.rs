//! A platform with one tenant, on a database of its own and a clock that stands still.

use anyhow::Result;
use seatlink_domain::{
    Actor, Clock, Db, Durability, Location, Options, Platform, Realm, Sealer, Settings, TenantId,
    Timestamp, UserId,
    directory::users,
    tenants::{self, InitialRoles, NewTenant, Profile, TenantSettings},
};
use seatlink_testkit::TestDatabase;
use serde_json::json;
use tempfile::TempDir;

/// The database lasts as long as its directory; the actor is the tenant's operator.
pub(crate) async fn one_tenant() -> Result<(TempDir, Db, Clock, Platform, Actor)> {
    let directory = tempfile::tempdir()?;
    let location = Location::Sqlite { path: directory.path().join("seatlink.db") };
    let (db, clock, platform, actor) = one_tenant_at(location).await?;
    Ok((directory, db, clock, platform, actor))
}

/// The same on this database.
pub(crate) async fn one_tenant_on(database: &TestDatabase) -> Result<(Platform, Actor)> {
    let (_, _, platform, actor) = one_tenant_at(location_of(database)).await?;
    Ok((platform, actor))
}

async fn one_tenant_at(location: Location) -> Result<(Db, Clock, Platform, Actor)> {
    let (db, clock, platform) = platform(location).await?;
    let actor = Actor::operator(tenant(&platform, 1, Profile::Standard).await?);
    Ok((db, clock, platform, actor))
}

fn location_of(database: &TestDatabase) -> Location {
    match database.url() {
        Some(url) => Location::Postgres { url: url.to_owned(), pool_size: 4 },
        None => Location::Sqlite { path: database.file() },
    }
}

async fn platform(location: Location) -> Result<(Db, Clock, Platform)> {
    let db = Db::open(Options { location, durability: Durability::Normal }).await?;
    let clock = Clock::fixed(Timestamp::from_micros(1_800_000_000_000_000));
    let settings = Settings::single("http://127.0.0.1:1", "na1");
    let platform = Platform::new(db.clone(), clock.clone(), Sealer::new(&[7; 32]), settings);
    Ok((db, clock, platform))
}

async fn tenant(platform: &Platform, business_unit: i64, profile: Profile) -> Result<TenantId> {
    let new = NewTenant {
        business_unit,
        name: String::from("Test"),
        profile,
        region: String::from("na1"),
        realm: Realm::Commercial,
        settings: TenantSettings::default(),
        roles: InitialRoles::OutOfTheBox,
    };
    Ok(tenants::create(platform, new).await?.id)
}

/// A contact center with its roles out of the box, on one of the databases.
pub(crate) struct Center {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) platform: Platform,
    /// The operator of the command line.
    pub(crate) actor: Actor,
    /// The operator's of a second contact center.
    pub(crate) stranger: Actor,
    database: TestDatabase,
}

impl Center {
    /// One on each kind of database that there is.
    pub(crate) async fn each() -> Result<Vec<Self>> {
        let mut all = Vec::new();
        for database in seatlink_testkit::databases().await? {
            let (db, clock, platform) = platform(location_of(&database)).await?;
            let actor = Actor::operator(tenant(&platform, 1, Profile::ContactCenter).await?);
            let stranger = Actor::operator(tenant(&platform, 2, Profile::ContactCenter).await?);
            all.push(Self { db, clock, platform, actor, stranger, database });
        }
        Ok(all)
    }

    /// For messages of failing tests.
    pub(crate) fn name(&self) -> &'static str {
        self.database.name()
    }

    /// Somebody with the role Agent.
    pub(crate) async fn person(&self, user_name: &str) -> Result<UserId> {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": user_name,
            "name": { "givenName": "Pat", "familyName": "Lee" },
            "emails": [{ "value": user_name, "primary": true }],
            "active": true,
        });
        Ok(users::create(&self.platform, &self.actor, body).await?.id().into())
    }
}
