//! One libFuzzer program for each target; the name of the program chooses it.
#![no_main]

#[path = "targets/scim.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let target = match env!("CARGO_BIN_NAME") {
        "filter" => targets::filter,
        "path" => targets::path,
        "resource" => targets::resource,
        "patch" => targets::patch,
        "bulk" => targets::bulk,
        "query" => targets::query,
        "precondition" => targets::precondition,
        "schema" => targets::schema,
        _ => targets::date_time,
    };
    target(data);
});
