//! Pages behind the sign-in over HTTP: what they show, and what their forms do.

mod changes;
mod roles;

use anyhow::{Context as _, Result, ensure};
use reqwest::{
    Method, Response, StatusCode,
    header::{COOKIE, LOCATION, SET_COOKIE},
};
use seatlink_domain::{UserId, access, tenants::Profile};

use super::harness::{Ground, Service, login};

/// An administrator of a business unit, signed in.
struct Admin<'a> {
    ground: &'a Ground,
    service: Service,
    cookies: String,
    csrf: String,
}

/// A page, or where a form led.
struct Shown {
    status: StatusCode,
    location: String,
    body: String,
}

impl Shown {
    async fn of(response: Response) -> Result<Self> {
        let status = response.status();
        let location = response.headers().get(LOCATION).map(|value| value.to_str()).transpose()?;
        let location = location.unwrap_or_default().to_owned();
        Ok(Self { status, location, body: response.text().await? })
    }

    fn says(&self, text: &str) -> Result<()> {
        ensure!(self.body.contains(text), "{text:?} is not in {}", self.body);
        Ok(())
    }

    fn is_silent_of(&self, text: &str) -> Result<()> {
        ensure!(!self.body.contains(text), "{text:?} is in {}", self.body);
        Ok(())
    }

    /// The value of a hidden field.
    fn hidden(&self, name: &str) -> Result<String> {
        let (_, rest) = self
            .body
            .split_once(&format!("name=\"{name}\" value=\""))
            .with_context(|| format!("{name} in {}", self.body))?;
        Ok(rest.split('"').next().unwrap_or_default().to_owned())
    }
}

impl<'a> Admin<'a> {
    /// Of a new business unit with this number, as somebody with the role Administrator.
    async fn of(ground: &'a Ground, business_unit: i64) -> Result<Self> {
        let service = Service::new(ground, Profile::ContactCenter, business_unit).await?;
        let name = format!("mara{business_unit}@example.com");
        Self::signed_in(ground, service, &name, Some("Administrator")).await
    }

    /// Somebody with this role besides that of everybody.
    async fn signed_in(
        ground: &'a Ground,
        service: Service,
        name: &str,
        role: Option<&str>,
    ) -> Result<Self> {
        let path = service.user(name).await?;
        let user: UserId = path.rsplit('/').next().unwrap_or_default().parse()?;
        if let Some(role) = role {
            let found =
                access::roles::find_by_name(ground.platform(), &service.actor, role).await?;
            let role = found.context("the role")?.id;
            let rank = access::roles::Rank::Secondary;
            access::roles::assign(ground.platform(), &service.actor, role, vec![user], rank)
                .await?;
        }
        let password = login(ground, &service.actor, user, name).await?.password;
        let page = format!("{}/login", ground.sides.receiving);
        let shown = ground.http.get(&page).send().await?;
        let cookie = cookies(&shown)?;
        let (_, token) = cookie.split_once('=').context("a token")?;
        let form = [("csrf", token), ("user_name", name), ("password", &password)];
        let sent = ground.http.post(&page).header(COOKIE, &cookie).form(&form).send().await?;
        ensure!(sent.status() == StatusCode::SEE_OTHER, "{sent:?}");
        let cookies = cookies(&sent)?;
        let csrf = String::new();
        let mut admin = Self { ground, service, cookies, csrf };
        admin.csrf = admin.open("/portal").await?.hidden("csrf")?;
        Ok(admin)
    }

    async fn open(&self, path: &str) -> Result<Shown> {
        self.open_in("en", path).await
    }

    async fn open_in(&self, language: &str, path: &str) -> Result<Shown> {
        let request = self.request(Method::GET, path).header("accept-language", language);
        Shown::of(request.send().await?).await
    }

    /// Sends a form with the token of the session.
    async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Result<Shown> {
        let fields = [&[("csrf", self.csrf.as_str())], fields].concat();
        Shown::of(self.request(Method::POST, path).form(&fields).send().await?).await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.ground.sides.receiving);
        self.ground.http.request(method, url).header(COOKIE, &self.cookies)
    }

    async fn role(&self, name: &str) -> Result<access::roles::Role> {
        let found =
            access::roles::find_by_name(self.ground.platform(), &self.service.actor, name).await?;
        found.with_context(|| format!("the role {name}"))
    }
}

fn cookies(response: &Response) -> Result<String> {
    let mut kept = Vec::new();
    for cookie in response.headers().get_all(SET_COOKIE) {
        let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
        if pair.split_once('=').is_some_and(|(_, value)| !value.is_empty()) {
            kept.push(pair.to_owned());
        }
    }
    Ok(kept.join("; "))
}
