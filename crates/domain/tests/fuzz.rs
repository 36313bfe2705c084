//! People files against what nobody would upload. `cargo xtask fuzz` runs it for longer.

#[path = "../../../fuzz/harness.rs"]
mod harness;
#[path = "../../../fuzz/targets/people.rs"]
mod targets;

#[test]
fn fuzz_people() {
    let seeds = [
        "userName,givenName,familyName,email,title,groups\r\npat,Pat,Lee,pat@example.com,\"Lead, \"\"night\"\"\",A;B\r\n",
        "\u{feff}userName;givenName;familyName;email\nwei;伟;王;wei@example.com\n",
        r#"[{"userName":"pat","name":{"givenName":"Pat","familyName":"Lee"},"emails":[{"value":"a@b"}],"groups":["A"]}]"#,
        "{\"userName\":\"a\"}\n{\"userName\":\"b\"}\n",
        r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"Resources":[{"userName":"a"}]}"#,
    ];
    let words = [
        ",",
        ";",
        "\t",
        "\"",
        "\r\n",
        "\n",
        "\r",
        "userName",
        "givenName",
        "familyName",
        "email",
        "groups",
        "phoneNumbers[type eq \"mobile\"].value",
        "name.middleName",
        "active",
        "[",
        "]",
        "{",
        "}",
        ":",
        "\"userName\":",
        "null",
        "\"Resources\":",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    ];
    harness::run("people", &seeds, &words, targets::people);
}
