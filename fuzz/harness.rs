//! The fuzzing harness of the tests: seeds, mutations, a time bound, and a memory of what was new.
//!
//! It needs nothing but the stable toolchain. A target is a function from bytes to a short text
//! that says what became of them; inputs that end in a way not seen before are kept and mutated
//! further, which is a poor man's coverage. A panic of the target, or an input that takes too long,
//! fails the test with the input.
//!
//! Included by path (`#[path]`) from the tests of several crates, so that a crate which is
//! published needs no unpublished one. The same targets run under libFuzzer: see `fuzz/README.md`.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use serde_json::Value;

/// In a test run; `cargo xtask fuzz` sets `SEATLINK_FUZZ_SECONDS` for longer ones.
const SHORT: Duration = Duration::from_millis(1_500);
/// Debug builds on a busy machine stay far below this, unless the cost grows faster than the input.
const TOO_LONG: Duration = Duration::from_secs(3);
const LONGEST: usize = 4 * 1024;
/// Long inputs are made on purpose, by repetition: they show what grows too fast or too deep.
const STRETCHED: usize = 64 * 1024;
const KEPT: usize = 4_000;

/// Runs a target on seeds and on what mutation makes of them, with words that its grammar knows.
pub(crate) fn run(name: &str, seeds: &[&str], words: &[&str], target: impl Fn(&[u8]) -> String) {
    let seconds = std::env::var("SEATLINK_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let limit = seconds.map_or(SHORT, Duration::from_secs);
    // The same inputs in every test run; another beginning in a long one.
    let beginning =
        match std::env::var("SEATLINK_FUZZ_SEED").ok().and_then(|text| text.parse().ok()) {
            Some(chosen) => chosen,
            None if seconds.is_some() => u64::from(std::process::id()) | 1,
            None => 1,
        };
    let mut fuzzer = Fuzzer {
        name,
        random: Random(beginning.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
        words,
        pool: Vec::new(),
        seen: HashSet::new(),
    };
    let start = Instant::now();
    for seed in seeds {
        fuzzer.try_one(seed.as_bytes().to_vec(), &target);
        fuzzer.pool.push(seed.as_bytes().to_vec());
    }
    fuzzer.pool.push(Vec::new());
    let mut count: u64 = 0;
    while start.elapsed() < limit {
        let input = fuzzer.next();
        fuzzer.try_one(input, &target);
        count += 1;
    }
    let kinds = fuzzer.seen.len();
    println!("{name}: {count} inputs, {kinds} outcomes, beginning {beginning}");
}

struct Fuzzer<'a> {
    name: &'a str,
    random: Random,
    words: &'a [&'a str],
    pool: Vec<Vec<u8>>,
    seen: HashSet<u64>,
}

impl Fuzzer<'_> {
    fn try_one(&mut self, input: Vec<u8>, target: &impl Fn(&[u8]) -> String) {
        let start = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| target(&input)));
        let took = start.elapsed();
        let shown = || String::from_utf8_lossy(&input[..input.len().min(2_000)]).into_owned();
        let name = self.name;
        let outcome = outcome.unwrap_or_else(|_| {
            std::panic::resume_unwind(Box::new(format!("{name} fails on {:?}", shown())))
        });
        assert!(took < TOO_LONG, "{name} took {took:?} for {} bytes: {:?}", input.len(), shown());
        let mut hasher = DefaultHasher::new();
        // Numbers and names out of the input make no new kind of outcome.
        outcome
            .chars()
            .filter(|c| !c.is_ascii_digit())
            .take(60)
            .collect::<String>()
            .hash(&mut hasher);
        if self.seen.insert(hasher.finish()) && self.pool.len() < KEPT {
            self.pool.push(input);
        }
    }

    fn next(&mut self) -> Vec<u8> {
        let mut input = self.random.pick(&self.pool).cloned().unwrap_or_default();
        // What parses as JSON is mostly changed as JSON: bytes at random would only break it.
        if self.random.below(4) > 0
            && let Ok(mut value @ (Value::Object(_) | Value::Array(_))) =
                serde_json::from_slice(&input)
        {
            for _ in 0..=self.random.below(3) {
                self.change(&mut value);
            }
            return value.to_string().into_bytes();
        }
        for _ in 0..=self.random.below(5) {
            self.mutate(&mut input);
        }
        if self.random.below(200) == 0 {
            self.stretch(&mut input);
        } else {
            input.truncate(LONGEST);
        }
        input
    }

    fn mutate(&mut self, input: &mut Vec<u8>) {
        let at = self.random.below(input.len() + 1);
        let end = at + self.random.below(input.len() + 1 - at);
        match self.random.below(10) {
            0 if at < input.len() => input[at] ^= 1 << self.random.below(8),
            1 if at < input.len() => input[at] = self.random.byte(),
            2 => input.insert(at, self.random.byte()),
            3 => drop(input.drain(at..end)),
            4 => {
                let part = input[at..end].to_vec();
                let place = self.random.below(input.len() + 1);
                input.splice(place..place, part);
            }
            5 | 6 => {
                let word = self.random.pick(self.words).copied().unwrap_or("\u{0}");
                input.splice(at..at, word.bytes());
            }
            7 => {
                let word = self.random.pick(self.words).copied().unwrap_or("\"");
                input.splice(at..end, word.bytes());
            }
            8 => {
                let other = self.random.pick(&self.pool).cloned().unwrap_or_default();
                let from = self.random.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            _ => {
                const ODD: [&str; 9] = [
                    "\u{0}",
                    "\\u0000",
                    "\u{feff}",
                    "\u{202e}",
                    "é",
                    "𝟘",
                    "\u{fffd}",
                    "-9223372036854775809",
                    "1e400",
                ];
                let odd = self.random.pick(&ODD).copied().unwrap_or_default();
                input.splice(at..at, odd.bytes());
            }
        }
    }

    /// Changes one place of a JSON value, most often to something that stands elsewhere in the
    /// pool.
    fn change(&mut self, value: &mut Value) {
        let deeper = self.random.below(4) > 0;
        match value {
            Value::Object(map) if deeper && !map.is_empty() => {
                let key = map.keys().nth(self.random.below(map.len())).cloned().unwrap_or_default();
                match self.random.below(8) {
                    0 => drop(map.remove(&key)),
                    1 => {
                        let donor = self.donor();
                        let name = self.word();
                        map.insert(name, donor);
                    }
                    _ => {
                        if let Some(inner) = map.get_mut(&key) {
                            self.change(inner);
                        }
                    }
                }
            }
            Value::Array(items) if deeper && !items.is_empty() => {
                let at = self.random.below(items.len());
                match self.random.below(8) {
                    0 => drop(items.remove(at)),
                    1 => items.push(items[at].clone()),
                    2 => {
                        let donor = self.donor();
                        items.insert(at, donor);
                    }
                    _ => self.change(&mut items[at]),
                }
            }
            Value::String(text) if deeper => {
                let mut bytes = std::mem::take(text).into_bytes();
                self.mutate(&mut bytes);
                bytes.truncate(LONGEST);
                *text = String::from_utf8_lossy(&bytes).into_owned();
            }
            other => *other = self.donor(),
        }
    }

    /// A value to put somewhere.
    fn donor(&mut self) -> Value {
        match self.random.below(6) {
            0 => Value::Null,
            1 => Value::from(self.random.below(3) == 0),
            2 => Value::from(self.word()),
            3 => serde_json::from_str(&self.word()).unwrap_or_else(|_| Value::Array(Vec::new())),
            _ => {
                let whole = self.random.pick(&self.pool).cloned().unwrap_or_default();
                let mut value: Value = serde_json::from_slice(&whole).unwrap_or_default();
                while self.random.below(5) > 0 {
                    let next = match &mut value {
                        Value::Object(map) if !map.is_empty() => {
                            let at = self.random.below(map.len());
                            map.values_mut().nth(at).map(Value::take)
                        }
                        Value::Array(items) if !items.is_empty() => {
                            let at = self.random.below(items.len());
                            Some(items[at].take())
                        }
                        _ => None,
                    };
                    let Some(next) = next else { break };
                    value = next;
                }
                value
            }
        }
    }

    /// A word of the grammar as a name or text; words of JSON come in quotes.
    fn word(&mut self) -> String {
        let word = self.random.pick(self.words).copied().unwrap_or_default();
        word.split('"').find(|part| !part.is_empty()).unwrap_or_default().to_owned()
    }

    /// Repeats a part until the input is long.
    fn stretch(&mut self, input: &mut Vec<u8>) {
        let at = self.random.below(input.len() + 1);
        let end = at + self.random.below((input.len() + 1 - at).min(40));
        let part = if at == end { b"(".to_vec() } else { input[at..end].to_vec() };
        let times = STRETCHED / part.len();
        input.splice(at..end, part.repeat(times));
    }
}

/// Xorshift: speed matters here, unpredictability does not.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or_default() % end.max(1)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}
