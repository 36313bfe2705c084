//! People files as spreadsheets and other systems write them, right and wrong.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

use serde_json::{Value, json};

use super::{MAX_RECORD, PeopleFile, RowError, parse};

const HEADER: &str = "userName,givenName,familyName,email";

fn people(text: &str) -> PeopleFile {
    parse(text.as_bytes()).unwrap()
}

fn errors(text: &str) -> Vec<RowError> {
    parse(text.as_bytes()).unwrap_err()
}

fn only_error(text: &str) -> RowError {
    let errors = errors(text);
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.into_iter().next().unwrap()
}

fn resource(file: &PeopleFile, row: usize) -> Value {
    Value::Object(file.people[row].resource.clone())
}

fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(bytes).collect()
}

#[test]
fn the_four_columns_become_a_scim_user() {
    let file = people(&format!("{HEADER}\nzoe,Zoë,Müller,zoe@example.com\n"));
    let expected = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "zoe",
        "name": {"givenName": "Zoë", "familyName": "Müller"},
        "emails": [{"value": "zoe@example.com", "type": "work", "primary": true}],
    });
    assert_eq!(resource(&file, 0), expected);
    assert_eq!(file.people[0].line, 2);
    assert!(file.people[0].groups.is_empty());
}

#[test]
fn further_columns_are_scim_paths() {
    let file = people(
        "userName,name.givenName,name.familyName,email,title,name.middleName,\
         phoneNumbers[type eq \"mobile\"].value,\
         urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department,\
         active,externalId,manager.value,\"addresses[type eq \"\"home\"\"].locality\",\
         addresses[type eq \"home\"].country,\
         urn:ietf:params:scim:schemas:extension:nice:2.0:User:team.display\n\
         li,丽,王,li@example.com,工程师,小,+86 138 0000 0000,研发部,FALSE,e-1,m-1,北京,CN,客服一组\n",
    );
    let expected = json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "urn:ietf:params:scim:schemas:extension:nice:2.0:User",
        ],
        "userName": "li",
        "name": {"givenName": "丽", "familyName": "王", "middleName": "小"},
        "title": "工程师",
        "active": false,
        "externalId": "e-1",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "department": "研发部",
            "manager": {"value": "m-1"},
        },
        "urn:ietf:params:scim:schemas:extension:nice:2.0:User": {"team": {"display": "客服一组"}},
        "emails": [{"value": "li@example.com", "type": "work", "primary": true}],
        "phoneNumbers": [{"value": "+86 138 0000 0000", "type": "mobile"}],
        "addresses": [{"locality": "北京", "country": "CN", "type": "home"}],
    });
    assert_eq!(resource(&file, 0), expected);
}

#[test]
fn column_names_have_no_letter_case() {
    let file = people("USERNAME,GivenName,FAMILYNAME,Email\na,A,B,a@example.com\n");
    assert_eq!(file.people[0].resource["userName"], "a");
}

#[test]
fn a_column_of_an_unknown_schema_is_kept_as_text() {
    let file =
        people(&format!("{HEADER},urn:example:hr:2.0:User:badge\na,A,B,a@example.com,007\n"));
    assert_eq!(file.people[0].resource["urn:example:hr:2.0:User"], json!({"badge": "007"}));
}

#[test]
fn files_of_windows_and_of_spreadsheets_read_alike() {
    let plain = format!("{HEADER},title\nli,丽,王,li@example.com,\"主管, 一组\"\n");
    let expected = people(&plain);
    assert_eq!(expected.people[0].resource["title"], "主管, 一组");

    let with_mark = format!("\u{feff}{plain}");
    let windows = plain.replace('\n', "\r\n");
    let old_mac = plain.replace('\n', "\r");
    let semicolons =
        plain.replace("\"主管, 一组\"", "主管_ 一组").replace(',', ";").replace('_', ",");
    let tabs = semicolons.replace(';', "\t");
    for text in [with_mark, windows, old_mac, semicolons, tabs] {
        assert_eq!(people(&text), expected, "{text:?}");
    }
    assert_eq!(parse(&utf_16(&plain, u16::to_le_bytes)).unwrap(), expected);
    assert_eq!(parse(&utf_16(&plain, u16::to_be_bytes)).unwrap(), expected);
}

#[test]
fn empty_cells_are_unset_and_blank_lines_are_skipped() {
    let text = format!(
        "\n{HEADER},title,active\r\n\r\n a , A ,,a@example.com\n,,,,,\n   \nb,B,C,\u{3000},x,\n"
    );
    let file = people(&text);
    assert_eq!(file.people.len(), 2);
    assert_eq!(file.people[0].line, 4);
    assert_eq!(file.people[0].resource["name"], json!({"givenName": "A"}));
    assert_eq!(file.people[1].line, 7);
    assert!(!file.people[1].resource.contains_key("emails"));
    assert!(!file.people[1].resource.contains_key("active"));
}

#[test]
fn quoted_cells_may_hold_quotes_and_line_ends() {
    let file = people(&format!(
        "{HEADER},title\na,\"A \"\"Ace\"\"\",B,a@example.com,\"x\r\ny\"\nb,C,D,b@example.com,\n"
    ));
    assert_eq!(file.people[0].resource["name"]["givenName"], "A \"Ace\"");
    assert_eq!(file.people[0].resource["title"], "x\r\ny");
    assert_eq!(file.people[1].line, 4);
}

#[test]
fn groups_are_separated_by_semicolons_of_either_width() {
    let file = people(&format!("{HEADER},groups\na,A,B,a@example.com,Sales; 客服一组；sales;;\n"));
    assert_eq!(file.people[0].groups, ["Sales", "客服一组"]);
    assert!(!file.people[0].resource.contains_key("groups"));
}

#[test]
fn full_width_truth_is_truth() {
    let file = people(&format!(
        "{HEADER},active\na,Ａ,Ｂ,a@example.com,ＴＲＵＥ\nb,A,B,b@example.com,否\n"
    ));
    assert_eq!(file.people[0].resource["active"], true);
    assert_eq!(file.people[0].resource["name"]["givenName"], "Ａ");
    assert_eq!(file.people[1].resource["active"], false);
}

#[test]
fn text_in_another_encoding_is_one_clear_sentence() {
    let mut bytes = format!("{HEADER}\na,").into_bytes();
    // 王 in GBK.
    bytes.extend([0xCD, 0xF5, b',', b'B']);
    let errors = parse(&bytes).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].line, 2);
    assert!(errors[0].sentence.contains("CSV UTF-8"), "{}", errors[0]);

    let unmarked = &utf_16(HEADER, u16::to_le_bytes)[2..];
    assert!(parse(unmarked).unwrap_err()[0].sentence.contains("UTF-8"));
    let workbook = parse(b"PK\x03\x04rest").unwrap_err();
    assert!(workbook[0].sentence.contains("workbook"));
}

#[test]
fn missing_columns_are_named_in_one_sentence() {
    let error = only_error("userName,givenName,familyName\na,A,B\n");
    assert_eq!((error.line, error.column.as_deref()), (1, Some("email")));
    assert!(error.sentence.starts_with("The column email is missing"));

    let error = only_error("title,userName\nx,a\n");
    assert!(
        error.sentence.starts_with("The columns givenName, familyName and email are missing"),
        "{error}"
    );
    assert!(only_error("").sentence.starts_with("The file is empty"));
    assert!(only_error("\u{feff}\r\n").sentence.starts_with("The file is empty"));
}

#[test]
fn columns_that_cannot_be_are_refused_by_name() {
    let text = format!(
        "{HEADER},shoeSize,id,name,emails[type eq \"work\"].value,name.shoe,emails[type co \"w\"].value\n"
    );
    let errors = errors(&text);
    let columns: Vec<_> = errors.iter().map(|error| error.column.as_deref().unwrap()).collect();
    assert_eq!(
        columns,
        [
            "shoeSize",
            "id",
            "name",
            "emails[type eq \"work\"].value",
            "name.shoe",
            "emails[type co \"w\"].value"
        ]
    );
    assert!(errors.iter().all(|error| error.line == 1));
    assert!(errors[3].sentence.contains("mean the same attribute"));
}

#[test]
fn every_bad_row_is_told_with_its_line() {
    let text = format!(
        "{HEADER},active,\n\
         a,A,B,a@example.com,perhaps,\n\
         ,A,B,nobody,true,\n\
         b,A,B,b@example.com,true,stray\n\
         c,A,B,c@example.com,true,,x\n\
         \"d,A,B,d@example.com,true,\n\
         e,A,B,not an address,maybe,\n\
         f,A,B,f@example.com,true,\n"
    );
    let told: Vec<_> = errors(&text).into_iter().map(|error| (error.line, error.column)).collect();
    let column = |name: &str| Some(name.to_owned());
    assert_eq!(
        told,
        [
            (2, column("active")),
            (3, column("email")),
            (4, None),
            (5, None),
            (6, None),
            (7, column("email")),
            (7, column("active")),
        ]
    );
}

#[test]
fn a_missing_user_name_is_told() {
    let error = only_error(&format!("{HEADER}\n,A,B,a@example.com\n"));
    assert_eq!((error.line, error.column.as_deref()), (2, Some("userName")));
}

#[test]
fn a_user_name_that_comes_twice_names_both_lines() {
    let error = only_error(&format!(
        "{HEADER}\nZoe,A,B,a@example.com\nb,A,B,b@example.com\nｚｏｅ,A,B,c@example.com\n"
    ));
    assert_eq!(error.line, 4);
    assert!(error.sentence.contains("line 2"), "{error}");
}

#[test]
fn an_overlong_row_is_told_and_the_rest_is_read() {
    let long = "x".repeat(MAX_RECORD);
    let text = format!("{HEADER}\na,{long},B,a@example.com\nb,A,B,nobody\n");
    let lines: Vec<_> = errors(&text).iter().map(|error| error.line).collect();
    assert_eq!(lines, [2, 3]);
}

#[test]
fn scim_json_comes_in_three_forms() {
    let one = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "li",
        "groups": [{"value": "7", "display": "客服一组"}, "Sales"],
    });
    let two = json!({"USERNAME": "b", "urn:example:hr:2.0:User": {"badge": "7"}});
    let array = serde_json::to_string_pretty(&json!([one, two])).unwrap();
    let list = json!({"totalResults": 2, "Resources": [one, two]}).to_string();
    let lines = format!("\n{one}\r\n\r\n{two}\n");
    let pretty = format!("{one:#}\n{two:#}");
    for text in [array, list, lines, pretty] {
        let file = people(&text);
        assert_eq!(file.people.len(), 2, "{text}");
        assert_eq!(file.people[0].groups, ["客服一组", "Sales"]);
        assert!(!file.people[0].resource.contains_key("groups"));
        assert_eq!(
            file.people[1].resource["schemas"],
            json!(["urn:ietf:params:scim:schemas:core:2.0:User", "urn:example:hr:2.0:User"])
        );
    }
}

#[test]
fn json_people_know_their_lines() {
    let file = people("[\n {\"userName\": \"a\"},\n\n {\"userName\": \"b\"}\n]");
    let lines: Vec<_> = file.people.iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 4]);
    let file = people("{\"userName\": \"a\"}\n\n{\"userName\": \"b\"}");
    let lines: Vec<_> = file.people.iter().map(|row| row.line).collect();
    assert_eq!(lines, [1, 3]);
}

#[test]
fn every_bad_json_line_is_told() {
    let text = "{\"userName\": \"a\"}\n\
                {\"userName\": \n\
                {\"userName\": 7}\n\
                [1]\n\
                {\"userName\": \"A\"}\n\
                {\"userName\": \"c\", \"groups\": [{\"value\": \"7\"}]}\n\
                {\"userName\": \"d\"";
    let errors = errors(text);
    let told: Vec<_> = errors.iter().map(|error| (error.line, error.column.as_deref())).collect();
    assert_eq!(
        told,
        [
            (2, None),
            (3, Some("userName")),
            (4, None),
            (5, Some("userName")),
            (6, Some("groups")),
            (7, None),
        ]
    );
    assert!(errors[0].sentence.starts_with("This is not valid JSON"));
    assert!(errors[3].sentence.contains("line 1"));
}

#[test]
fn a_broken_array_is_told_where_it_breaks() {
    let error = only_error("[\n{\"userName\": \"a\"},\n{\"userName\" \"b\"}\n]");
    assert_eq!(error.line, 3);
}

#[test]
fn errors_read_as_sentences_with_their_place() {
    let error = only_error(&format!("{HEADER}\na,A,B,nobody\n"));
    assert_eq!(error.to_string(), "line 2, email: “nobody” is not an e-mail address.");
}
