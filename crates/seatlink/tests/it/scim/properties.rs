//! Properties over HTTP, on random requests: a PATCH does all of its operations or none, and
//! sending back what was read changes nothing.

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::tenants::Profile;
use serde_json::{Value, json};

use crate::harness::{Service, on_each_database};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const ROUNDS: usize = 60;

/// Xorshift from a fixed beginning: a failure can be repeated.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % end
    }

    pub(super) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    pub(super) fn word(&mut self) -> Value {
        json!(self.pick(&["a", "B", "Ärger", "伟", "x\"y", "a\\b", "\u{1f600}", " ", "0"]))
    }

    fn elements(&mut self) -> Value {
        let count = self.below(4);
        let primary = self.below(6);
        (0..count)
            .map(|position| {
                let mut element = json!({ "value": format!("{}{position}", self.below(9)) });
                if self.below(2) == 0 {
                    element["type"] = self.pick(&[json!("work"), json!("home")]);
                }
                if position == primary {
                    element["primary"] = json!(true);
                }
                element
            })
            .collect()
    }

    /// An operation that is well formed and can usually be done.
    fn operation(&mut self) -> Value {
        let op = self.pick(&["add", "replace"]);
        let simple = self.pick(&["title", "displayName", "externalId", "nickName"]);
        match self.below(8) {
            0 => json!({ "op": op, "path": simple, "value": self.word() }),
            1 => json!({ "op": "remove", "path": simple }),
            2 => json!({ "op": op, "path": "emails", "value": self.elements() }),
            3 => json!({ "op": op, "path": "active", "value": self.below(2) == 0 }),
            4 => json!({ "op": op, "value": { "name": { "givenName": self.word() } } }),
            5 => {
                json!({ "op": op, "path": format!("{ENTERPRISE}:department"), "value": self.word() })
            }
            6 => json!({ "op": "remove", "path": "phoneNumbers" }),
            _ => json!({ "op": op, "path": "phoneNumbers", "value": self.elements() }),
        }
    }

    /// An operation that cannot be done, whatever the user is.
    fn impossible(&mut self) -> Value {
        self.pick(&[
            json!({ "op": "replace", "path": "noSuchThing", "value": 1 }),
            json!({ "op": "remove" }),
            json!({ "op": "replace", "path": "id", "value": "x" }),
            json!({ "op": "remove", "path": "userName" }),
            json!({ "op": "replace", "path": "active", "value": "perhaps" }),
            json!({ "op": "add", "path": "emails[type eq", "value": "x" }),
            json!({ "op": "replace", "path": "title", "value": "\0" }),
            json!({ "op": "add", "path": "emails", "value": [
                { "value": "1", "primary": true }, { "value": "2", "primary": true },
            ] }),
        ])
    }
}

#[tokio::test]
async fn a_patch_with_one_impossible_operation_changes_nothing() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let scim = &service.scim;
        let path = service.user("pat@example.com").await?;
        let mut random = Random(0x5EA7_11A4);
        for round in 0..ROUNDS {
            ground.later(std::time::Duration::from_secs(1));
            let before = scim.get(&path).await?;
            let mut operations: Vec<Value> =
                (0..random.below(5)).map(|_| random.operation()).collect();
            let impossible = random.impossible();
            operations.insert(random.below(operations.len() + 1), impossible);
            let said = || format!("round {round}: {}", Value::from(operations.clone()));
            let answer = scim.patch(&path, Value::from(operations.clone())).await?;
            answer
                .refusal(400, None)
                .or_else(|_| {
                    let kind = answer.json()?["scimType"].as_str().map(str::to_owned);
                    answer.refusal(400, kind.as_deref())
                })
                .with_context(said)?;
            let after = scim.get(&path).await?;
            // The text holds meta.version and meta.lastModified.
            ensure!(after.text == before.text, "{} became {}: {}", before.text, after.text, said());
            assert_eq!(after.header("etag"), before.header("etag"));
            // Then something that can be done, so that the next round starts elsewhere.
            let operation = random.operation();
            let answer = scim.patch(&path, json!([operation])).await?;
            ensure!(
                matches!(answer.status, 200 | 400),
                "{operation}: {} {}",
                answer.status,
                answer.text
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn putting_back_what_was_read_changes_nothing() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let scim = &service.scim;
        let path = service.user("pat@example.com").await?;
        let mut random = Random(0xC0FF_EE11);
        for round in 0..ROUNDS {
            ground.later(std::time::Duration::from_secs(1));
            let operations: Vec<Value> = (0..3).map(|_| random.operation()).collect();
            scim.patch(&path, Value::from(operations.clone())).await?;
            let read = scim.get(&path).await?;
            let said = || format!("round {round} after {}", Value::from(operations.clone()));
            let put = scim.put(&path, &read.json()?).await?;
            put.expect(200).with_context(said)?;
            ensure!(put.text == read.text, "{} became {}: {}", read.text, put.text, said());
            assert_eq!(put.header("etag"), read.header("etag"), "{}", said());
        }
        Ok(())
    })
    .await
}
