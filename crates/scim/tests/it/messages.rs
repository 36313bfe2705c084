//! Queries, lists, bulk requests, preconditions and discovery.

use std::collections::{HashMap, HashSet};

use seatlink_scim::discovery::{self, Capabilities};
use seatlink_scim::message::bulk::{BulkRequest, BulkResult, Method, Subject, bulk_response};
use seatlink_scim::{
    Error, Leniency, ListQuery, Precondition, Registry, SortOrder, list_response,
    list_response_with_cursor, message, schema,
};
use serde_json::{Value, json};

fn query(pairs: &[(&str, &str)]) -> Result<ListQuery, Error> {
    ListQuery::from_pairs(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())))
}

fn search(mut body: Value) -> Result<ListQuery, Error> {
    body["schemas"] = json!([message::SEARCH_REQUEST_SCHEMA]);
    ListQuery::from_search_request(body)
}

#[test]
fn positions_and_sizes_are_bounded_and_must_be_integers() {
    assert_eq!(query(&[("startIndex", "-3")]).unwrap().start_index, 1);
    assert_eq!(query(&[("startindex", "7")]).unwrap().start_index, 7);
    assert_eq!(query(&[("count", "-1")]).unwrap().count, Some(0));
    assert_eq!(query(&[("count", "99999999999999999999999")]).unwrap().count, Some(u64::MAX));
    for bad in ["", "x", "1.5", "1e3", "--1", "-"] {
        let error = query(&[("count", bad)]).unwrap_err();
        assert_eq!(error.scim_type.unwrap().as_str(), "invalidValue", "{bad}");
    }
    assert_eq!(search(json!({"count": -4, "startIndex": 0})).unwrap().count, Some(0));
    assert!(search(json!({"count": 1.5})).is_err());
}

#[test]
fn a_search_request_means_the_same_as_a_url() {
    let from_url = query(&[
        ("filter", "title pr"),
        ("sortBy", "userName"),
        ("sortOrder", "Descending"),
        ("attributes", "userName,title"),
        ("count", "10"),
        ("aadOptscim062020", ""),
    ])
    .unwrap();
    let from_body = search(json!({
        "Filter": "title pr", "sortBy": "userName", "sortOrder": "descending",
        "attributes": ["userName", "title"], "count": 10, "cursor": null, "other": {},
    }))
    .unwrap();
    assert_eq!(from_url, from_body);
    assert_eq!(from_url.sort_order, SortOrder::Descending);
}

#[test]
fn contradicting_or_unknown_parameters_are_refused() {
    assert!(query(&[("cursor", ""), ("startIndex", "1")]).is_err());
    assert!(query(&[("attributes", "a"), ("excludedAttributes", "b")]).is_err());
    assert!(query(&[("sortOrder", "sideways")]).is_err());
    assert!(query(&[("filter", "title")]).is_err());
    assert_eq!(query(&[("cursor", ""), ("count", "5")]).unwrap().cursor.as_deref(), Some(""));
    assert!(ListQuery::from_search_request(json!({"schemas": [schema::USER]})).is_err());
}

#[test]
fn lists_are_json_with_integers_and_an_array_even_when_empty() {
    let page: Value = serde_json::from_str(&list_response(0, 1, &[])).unwrap();
    assert_eq!(page["totalResults"], 0);
    assert_eq!(page["itemsPerPage"], 0);
    assert_eq!(page["Resources"], json!([]));
    let resources = [r#"{"id":"1"}"#.to_owned(), r#"{"id":"2"}"#.to_owned()];
    let page: Value =
        serde_json::from_str(&list_response_with_cursor(9, Some("a\"b"), &resources)).unwrap();
    assert_eq!(page["nextCursor"], "a\"b");
    assert_eq!(page["Resources"][1]["id"], "2");
    let last: Value =
        serde_json::from_str(&list_response_with_cursor(9, None, &resources)).unwrap();
    assert!(last.get("nextCursor").is_none());
}

#[test]
fn preconditions_compare_weakly_and_fail_closed() {
    let condition = |header| Precondition::parse(Some(header));
    assert!(condition("\"3\"").matches("W/\"3\""));
    assert!(condition("W/\"a,b\" , \"c\"").matches("\"a,b\""));
    assert!(condition("3").matches("W/\"3\""));
    assert!(!condition("").permits("W/\"3\""));
    assert!(!condition("garbage\"").permits("W/\"3\""));
    assert!(condition(" * ").permits("W/\"3\""));
    assert!(Precondition::parse(None).permits("W/\"3\"") && !Precondition::None.matches("W/\"3\""));
}

fn bulk(operations: Value) -> BulkRequest {
    let body = json!({"schemas": [message::bulk::BULK_REQUEST_SCHEMA], "Operations": operations});
    BulkRequest::parse(body, 1000, Leniency::Strict).unwrap()
}

#[test]
fn malformed_bulk_operations_fail_alone() {
    let data = json!({});
    let request = bulk(json!([
        {"method": "post", "bulkId": "a", "path": "/Users", "data": data},
        {"method": "POST", "path": "/Users", "data": data},
        {"method": "POST", "bulkId": "a", "path": "/Users", "data": data},
        {"method": "GET", "path": "/Users/1"},
        {"method": "PUT", "path": "https://example.com/Users/1", "data": data},
        {"method": "PUT", "path": "/Bulk", "data": data},
        {"method": "PUT", "path": "/Users/1/2", "data": data},
        {"method": "PATCH", "path": "/Users/1"},
        {"method": "DELETE", "path": "/Users/1?x"},
        {"method": "DELETE", "path": "/Users/1", "version": "W/\"1\""},
        "nonsense",
    ]));
    let fine: Vec<bool> = request.operations.iter().map(Result::is_ok).collect();
    assert_eq!(fine, [true, false, false, false, false, false, false, false, false, true, false]);
    let delete = request.operations[9].as_ref().unwrap();
    assert_eq!(delete.method, Method::Delete);
    assert_eq!(delete.subject, Subject::Id("1".to_owned()));
}

#[test]
fn references_are_run_after_what_they_refer_to_and_circles_end() {
    let group = |id: &str, member: &str| {
        json!({"method": "POST", "bulkId": id, "path": "/Groups",
               "data": {"displayName": id, "members": [{"value": format!("bulkId:{member}")}]}})
    };
    let user =
        json!({"method": "POST", "bulkId": "u", "path": "/Users", "data": {"userName": "u"}});
    assert_eq!(bulk(json!([group("g", "u"), user])).order(), [1, 0]);
    assert_eq!(bulk(json!([group("a", "b"), group("b", "a")])).order(), [1, 0]);
    assert_eq!(bulk(json!([group("a", "a")])).order(), [0]);
    let chain: Vec<Value> =
        (0..1000).map(|n| group(&n.to_string(), &(n + 1).to_string())).collect();
    let order = bulk(Value::Array(chain)).order();
    assert_eq!((order[0], order[999]), (999, 0));
}

#[test]
fn what_a_circle_keeps_out_of_a_resource_is_added_by_a_patch() {
    let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let request = bulk(json!([
        {"method": "POST", "bulkId": "g", "path": "/Groups", "data": {"displayName": "G", "externalId": null,
         "members": [{"value": "bulkId:h"}, {"value": "bulkId:u"}, {"value": "1"}]}},
        {"method": "POST", "bulkId": "v", "path": "/Users", "data": {"userName": "v",
         manager: {"department": "Sales", "manager": {"value": "bulkId:v"}}}},
    ]));
    let later = HashSet::from(["g".to_owned(), "h".to_owned(), "v".to_owned()]);
    let mut group = request.operations[0].clone().unwrap();
    let rest = group.defer(&later).unwrap();
    let left = json!({"displayName": "G", "externalId": null, "members": [{"value": "bulkId:u"}, {"value": "1"}]});
    assert_eq!(group.data, left);
    assert_eq!((rest.method, &rest.subject), (Method::Patch, &Subject::BulkId("g".to_owned())));
    let add = json!([{"op": "add", "path": "members", "value": [{"value": "bulkId:h"}]}]);
    assert_eq!(rest.data["Operations"], add);
    assert_eq!(group.defer(&later), None);
    let mut user = request.operations[1].clone().unwrap();
    let rest = user.defer(&later).unwrap();
    assert_eq!(user.data, json!({"userName": "v", manager: {"department": "Sales"}}));
    let path = format!("{manager}:manager");
    let add = json!([{"op": "add", "path": path, "value": {"value": "bulkId:v"}}]);
    assert_eq!(rest.data["Operations"], add);
}

#[test]
fn references_become_ids_or_fail_with_a_conflict() {
    let request = bulk(json!([{"method": "PATCH", "path": "/Groups/bulkId:g", "data":
        {"Operations": [{"op": "add", "path": "members", "value": [{"value": "bulkId:u"}]}]}}]));
    let mut operation = request.operations[0].clone().unwrap();
    assert_eq!(operation.references(), ["g", "u"]);
    let ids = HashMap::from([("g".to_owned(), "1".to_owned())]);
    assert_eq!(operation.clone().resolve(&ids).unwrap_err().status, 409);
    let ids = HashMap::from([("g".to_owned(), "1".to_owned()), ("u".to_owned(), "2".to_owned())]);
    operation.resolve(&ids).unwrap();
    assert_eq!(operation.subject, Subject::Id("1".to_owned()));
    assert_eq!(operation.data["Operations"][0]["value"][0]["value"], "2");
}

#[test]
fn bulk_results_carry_text_statuses_and_error_bodies() {
    let result = |outcome| BulkResult {
        method: "POST".to_owned(),
        bulk_id: Some("a".to_owned()),
        location: None,
        version: None,
        outcome,
    };
    let body = bulk_response(&[result(Ok(201)), result(Err(Error::uniqueness("Taken.")))]);
    assert_eq!(body["Operations"][0]["status"], "201");
    assert_eq!(body["Operations"][1]["status"], "409");
    assert_eq!(body["Operations"][1]["response"]["scimType"], "uniqueness");
}

#[test]
fn discovery_lists_what_the_registry_holds() {
    let registry = Registry::standard();
    let schemas = discovery::schemas_list(&registry, "https://example.com/scim/v2/");
    assert_eq!(schemas["totalResults"], 3);
    let location = format!("https://example.com/scim/v2/Schemas/{}", schema::USER);
    assert_eq!(schemas["Resources"][0]["meta"]["location"], location.as_str());
    let group = discovery::resource_type(&registry, "group", "https://example.com").unwrap();
    assert_eq!(group["endpoint"], "/Groups");
    let user = discovery::resource_type(&registry, "User", "https://example.com").unwrap();
    assert_eq!(
        user["schemaExtensions"],
        json!([{"schema": schema::ENTERPRISE_USER, "required": false}])
    );
    assert!(discovery::schema(&registry, "urn:nope", "x").is_none());
    let config = discovery::service_provider_config(&Capabilities::default());
    for feature in ["patch", "bulk", "filter", "changePassword", "sort", "etag"] {
        assert!(config[feature]["supported"].is_boolean(), "{feature}");
    }
}

#[test]
fn errors_carry_their_status_as_text() {
    let body: Value =
        serde_json::from_str(&Error::uniqueness("The user name is taken.").to_json()).unwrap();
    assert_eq!(body["status"], "409");
    assert_eq!(body["scimType"], "uniqueness");
    let body: Value = serde_json::from_str(&Error::not_found("No such user.").to_json()).unwrap();
    assert!(body.get("scimType").is_none());
}
