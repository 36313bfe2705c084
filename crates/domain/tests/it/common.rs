//! A platform with one tenant, on a database of its own and a clock that stands still.

use anyhow::Result;
use seatlink_domain::{
    Actor, Clock, Db, Durability, Location, Options, Platform, Realm, Sealer, Settings, Timestamp,
    tenants::{self, InitialRoles, NewTenant, Profile, TenantSettings},
};
use seatlink_testkit::TestDatabase;
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
    let location = match database.url() {
        Some(url) => Location::Postgres { url: url.to_owned(), pool_size: 4 },
        None => Location::Sqlite { path: database.file() },
    };
    let (_, _, platform, actor) = one_tenant_at(location).await?;
    Ok((platform, actor))
}

async fn one_tenant_at(location: Location) -> Result<(Db, Clock, Platform, Actor)> {
    let db = Db::open(Options { location, durability: Durability::Normal }).await?;
    let clock = Clock::fixed(Timestamp::from_micros(1_800_000_000_000_000));
    let settings = Settings::single("http://127.0.0.1:1", "na1");
    let platform = Platform::new(db.clone(), clock.clone(), Sealer::new(&[7; 32]), settings);
    let new = NewTenant {
        business_unit: 1,
        name: String::from("Test"),
        profile: Profile::Standard,
        region: String::from("na1"),
        realm: Realm::Commercial,
        settings: TenantSettings::default(),
        roles: InitialRoles::None,
    };
    let actor = Actor::operator(tenants::create(&platform, new).await?.id);
    Ok((db, clock, platform, actor))
}
