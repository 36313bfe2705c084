//! The part of a person at a browser: follows redirects by hand, keeps cookies, fills and sends
//! forms.
//!
//! Deliberately simple and deliberately not our own code's view of our own pages: it reads the HTML
//! that was sent, so a page without a form that works fails the demo.

use anyhow::{Context as _, Result, bail};
use reqwest::{
    Client, Response, StatusCode,
    header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE},
};
use url::Url;

/// More than any login takes.
const REDIRECT_LIMIT: usize = 10;

pub struct Browser {
    http: Client,
    /// By origin: a cookie of one side is not sent to the other.
    cookies: Vec<(url::Origin, String, String)>,
}

/// A page as it arrived.
pub struct Page {
    pub url: Url,
    pub status: StatusCode,
    pub body: String,
}

/// A form of a page, with what its fields hold.
pub struct Form {
    action: Url,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    value: String,
    kind: String,
    autocomplete: String,
}

impl Browser {
    pub fn new(http: Client) -> Self {
        Self { http, cookies: Vec::new() }
    }

    pub async fn open(&mut self, url: Url) -> Result<Page> {
        self.follow(url, None).await
    }

    pub async fn submit(&mut self, form: Form) -> Result<Page> {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        for field in &form.fields {
            body.append_pair(&field.name, &field.value);
        }
        self.follow(form.action, Some(body.finish())).await
    }

    async fn follow(&mut self, mut url: Url, mut form: Option<String>) -> Result<Page> {
        for _ in 0..REDIRECT_LIMIT {
            let response = self.send(&url, form.take()).await?;
            self.keep_cookies(&url, &response);
            if response.status().is_redirection() {
                let location =
                    response.headers().get(LOCATION).context("a redirect says where to")?;
                url = url.join(location.to_str()?)?;
                continue;
            }
            let status = response.status();
            return Ok(Page { url, status, body: response.text().await? });
        }
        bail!("the pages send the browser round in circles, last to {url}");
    }

    async fn send(&self, url: &Url, form: Option<String>) -> Result<Response> {
        let mut request = match form {
            Some(body) => self
                .http
                .post(url.clone())
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("origin", url.origin().ascii_serialization())
                .body(body),
            None => self.http.get(url.clone()),
        };
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .filter(|(origin, _, _)| *origin == url.origin())
            .map(|(_, name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        request
            .send()
            .await
            .with_context(|| format!("{} does not answer", url.origin().ascii_serialization()))
    }

    fn keep_cookies(&mut self, url: &Url, response: &Response) {
        for cookie in response.headers().get_all(SET_COOKIE) {
            let Ok(text) = cookie.to_str() else { continue };
            let pair = text.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else { continue };
            self.cookies.retain(|(origin, known, _)| *origin != url.origin() || known != name);
            self.cookies.push((url.origin(), name.trim().to_owned(), value.trim().to_owned()));
        }
    }
}

impl Page {
    /// The page's form that asks for something; a page has one, besides those of its frame.
    pub fn form(&self) -> Result<Form> {
        let forms = self.forms()?;
        let of_frame = |form: &Form| {
            ["/logout", "/preferences"].iter().any(|path| form.action.path() == *path)
        };
        let mut forms = forms.into_iter().filter(|form| !of_frame(form));
        forms.next().context("the page has no form")
    }

    /// The page's form that is sent to this path.
    pub fn form_to(&self, path_end: &str) -> Result<Form> {
        let mut forms = self.forms()?.into_iter();
        forms
            .find(|form| form.action.path().ends_with(path_end))
            .with_context(|| format!("the page has no form sent to …{path_end}"))
    }

    fn forms(&self) -> Result<Vec<Form>> {
        self.body
            .match_indices("<form")
            .filter_map(|(start, _)| {
                let rest = &self.body[start..];
                rest.find("</form>").map(|end| self.read_form(&rest[..end]))
            })
            .collect()
    }

    fn read_form(&self, html: &str) -> Result<Form> {
        let opening = html.split('>').next().unwrap_or_default();
        let action = attribute(opening, "action").unwrap_or_default();
        let action = if action.is_empty() { self.url.clone() } else { self.url.join(&action)? };
        let fields = html
            .match_indices("<input")
            .filter_map(|(at, _)| {
                let tag = html[at..].split('>').next()?;
                Some(Field {
                    name: attribute(tag, "name")?,
                    value: attribute(tag, "value").unwrap_or_default(),
                    kind: attribute(tag, "type").unwrap_or_else(|| String::from("text")),
                    autocomplete: attribute(tag, "autocomplete").unwrap_or_default(),
                })
            })
            .collect();
        Ok(Form { action, fields })
    }
}

impl Form {
    pub fn asks_for_password(&self) -> bool {
        self.fields.iter().any(|field| field.kind == "password")
    }

    /// Fills user name and password where a password manager would.
    pub fn fill_login(&mut self, user_name: &str, password: &str) {
        for field in &mut self.fields {
            if field.kind == "password" {
                password.clone_into(&mut field.value);
            } else if field.autocomplete.contains("username") {
                user_name.clone_into(&mut field.value);
            }
        }
    }

    /// Presses the button of that name and value.
    pub fn press(&mut self, name: &str, value: &str) {
        self.fields.push(Field {
            name: name.to_owned(),
            value: value.to_owned(),
            kind: String::from("submit"),
            autocomplete: String::new(),
        });
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let needle = format!(" {name}=\"");
    let start = tag.find(&needle)? + needle.len();
    let end = tag[start..].find('"')?;
    Some(unescape(&tag[start..start + end]))
}

fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&#60;", "<")
        .replace("&gt;", ">")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> Result<Page> {
        let url = Url::parse("http://127.0.0.1:1/login?next=%2F")?;
        Ok(Page { url, status: StatusCode::OK, body: body.to_owned() })
    }

    #[test]
    fn a_login_form_is_filled_where_a_password_manager_would() -> Result<()> {
        let page = page(
            r#"<form method="post" action="/login"><input type="hidden" name="next" value="/a?b&amp;c">
            <input name="u" autocomplete="username"><input type="password" name="p"></form>"#,
        )?;
        let mut form = page.form()?;
        assert!(form.asks_for_password());
        form.fill_login("jo@example.com", "secret");
        let values: Vec<_> =
            form.fields.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
        assert_eq!(values, [("next", "/a?b&c"), ("u", "jo@example.com"), ("p", "secret")]);
        assert_eq!(form.action.as_str(), "http://127.0.0.1:1/login");
        Ok(())
    }

    #[test]
    fn a_page_without_a_form_is_an_error() -> Result<()> {
        assert!(page("<p>hello</p>")?.form().is_err());
        Ok(())
    }
}
