//! A platform with one tenant, on a database of its own and a clock that stands still.

use anyhow::Result;
use seatlink_domain::{
    Actor, Clock, Db, Durability, Location, Options, Platform, Realm, Sealer, Settings, Timestamp,
    tenants::{self, InitialRoles, NewTenant, Profile, TenantSettings},
};
use tempfile::TempDir;

/// The database lasts as long as its directory; the actor is the tenant's operator.
pub(crate) async fn one_tenant() -> Result<(TempDir, Db, Clock, Platform, Actor)> {
    let directory = tempfile::tempdir()?;
    let location = Location::Sqlite { path: directory.path().join("seatlink.db") };
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
    Ok((directory, db, clock, platform, actor))
}
