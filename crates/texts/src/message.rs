//! A sentence with values in it: text for those who read text, parts for pages.

use std::{borrow::Cow, fmt};

use crate::{Language, format};

/// A finished sentence that still knows which of its words are values.
///
/// `Display` writes the text. A page asks for [`Message::parts`] and turns values into links or
/// emphasis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    text: Cow<'static, str>,
    values: Vec<Value>,
}

/// Where a value stands in the text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Value {
    name: &'static str,
    start: usize,
    end: usize,
}

/// A part of a [`Message`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'m> {
    /// Words of the sentence.
    Text(&'m str),
    /// A value that was put in.
    Value {
        /// The name of the variable as in the file, without `$`.
        name: &'static str,
        /// The value as the reader sees it: a number is grouped.
        text: &'m str,
    },
}

impl Message {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Words and values in order; together they are the text.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let mut values = self.values.iter().peekable();
        let mut at = 0;
        std::iter::from_fn(move || {
            if let Some(value) = values.next_if(|value| value.start == at) {
                at = value.end;
                return Some(Part::Value { name: value.name, text: &self.text[value.start..at] });
            }
            let (start, end) = (at, values.peek().map_or(self.text.len(), |value| value.start));
            at = end;
            (start < end).then(|| Part::Text(&self.text[start..end]))
        })
    }
}

impl fmt::Display for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

/// A text without values, so that both can stand in one place.
impl From<&'static str> for Message {
    fn from(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), values: Vec::new() }
    }
}

impl From<Message> for String {
    fn from(message: Message) -> Self {
        message.text.into_owned()
    }
}

/// A value for a sentence.
#[derive(Debug, Clone)]
pub enum Arg<'a> {
    /// Put in as it is.
    Text(Cow<'a, str>),
    /// Put in with its digits grouped.
    Number(Number),
}

/// A whole number, for sentences that choose by it.
#[derive(Debug, Clone, Copy)]
pub struct Number(i128);

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Arg<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a Message> for Arg<'a> {
    fn from(message: &'a Message) -> Self {
        Self::Text(Cow::Borrowed(&message.text))
    }
}

macro_rules! numbers {
    ($($kind:ty)*) => { $(
        impl From<$kind> for Number {
            fn from(number: $kind) -> Self {
                Self(number.into())
            }
        }

        impl From<&$kind> for Number {
            fn from(number: &$kind) -> Self {
                Self((*number).into())
            }
        }

        impl From<$kind> for Arg<'_> {
            fn from(number: $kind) -> Self {
                Self::Number(number.into())
            }
        }

        impl From<&$kind> for Arg<'_> {
            fn from(number: &$kind) -> Self {
                Self::Number(number.into())
            }
        }
    )* };
}
numbers!(u8 u16 u32 u64 i8 i16 i32 i64);

/// A text with places for values, in all languages. The build script writes these.
pub(crate) struct Template {
    pub(crate) names: &'static [&'static str],
    /// In the order of [`Language::ALL`].
    pub(crate) texts: [&'static [Segment]; 2],
}

pub(crate) enum Segment {
    Text(&'static str),
    /// The value at this place of the arguments.
    Value(usize),
    Select {
        /// The place of the argument that decides.
        by: usize,
        arms: &'static [(Key, &'static [Segment])],
        default: &'static [Segment],
    },
}

pub(crate) enum Key {
    Exact(i64),
    /// A plural category if the argument is a number, else the argument itself.
    Word(&'static str),
}

impl Template {
    /// The arguments are in the order of the names; the generated methods see to that.
    pub(crate) fn fill(&self, language: Language, arguments: &[Arg<'_>]) -> Message {
        let mut text = String::with_capacity(96);
        let mut values = Vec::with_capacity(arguments.len());
        self.write(language, language.pick(&self.texts), arguments, &mut text, &mut values);
        Message { text: Cow::Owned(text), values }
    }

    fn write(
        &self,
        language: Language,
        segments: &[Segment],
        arguments: &[Arg<'_>],
        text: &mut String,
        values: &mut Vec<Value>,
    ) {
        for segment in segments {
            match segment {
                Segment::Text(words) => text.push_str(words),
                Segment::Value(place) => {
                    let start = text.len();
                    match &arguments[*place] {
                        Arg::Text(value) => text.push_str(value),
                        Arg::Number(Number(number)) => {
                            format::push_integer(language, *number, text);
                        }
                    }
                    values.push(Value { name: self.names[*place], start, end: text.len() });
                }
                Segment::Select { by, arms, default } => {
                    let argument = &arguments[*by];
                    let arm = arms.iter().find(|(key, _)| key.is(language, argument));
                    let chosen = arm.map_or(*default, |(_, segments)| segments);
                    self.write(language, chosen, arguments, text, values);
                }
            }
        }
    }
}

impl Key {
    fn is(&self, language: Language, argument: &Arg<'_>) -> bool {
        match (self, argument) {
            (Self::Exact(key), Arg::Number(Number(number))) => i128::from(*key) == *number,
            (Self::Word(key), Arg::Number(Number(number))) => *key == language.plural(*number),
            (Self::Word(key), Arg::Text(word)) => key == word,
            (Self::Exact(_), Arg::Text(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SAMPLE: Template = Template {
        names: &["name", "count"],
        texts: [
            &[
                Segment::Value(0),
                Segment::Text(" has "),
                Segment::Select {
                    by: 1,
                    arms: &[
                        (Key::Exact(0), &[Segment::Text("no roles")]),
                        (Key::Word("one"), &[Segment::Text("one role")]),
                    ],
                    default: &[Segment::Value(1), Segment::Text(" roles")],
                },
                Segment::Text("."),
            ],
            &[
                Segment::Text("共 "),
                Segment::Value(1),
                Segment::Text(" 个角色：“"),
                Segment::Value(0),
                Segment::Text("”。"),
            ],
        ],
    };

    fn fill(language: Language, name: &str, count: i64) -> Message {
        SAMPLE.fill(language, &[name.into(), count.into()])
    }

    #[test]
    fn numbers_choose_the_form_and_are_grouped() {
        let text = |count| fill(Language::English, "Ann", count).to_string();
        assert_eq!(text(0), "Ann has no roles.");
        assert_eq!(text(1), "Ann has one role.");
        assert_eq!(text(1_234_567), "Ann has 1,234,567 roles.");
        assert_eq!(text(-1_000), "Ann has -1,000 roles.");
        assert_eq!(fill(Language::Chinese, "Ann", 1).as_str(), "共 1 个角色：“Ann”。");
    }

    #[test]
    fn parts_are_the_text_with_its_values_apart() {
        let message = fill(Language::English, "Ann", 12);
        let parts: Vec<_> = message.parts().collect();
        assert_eq!(
            parts,
            [
                Part::Value { name: "name", text: "Ann" },
                Part::Text(" has "),
                Part::Value { name: "count", text: "12" },
                Part::Text(" roles."),
            ]
        );
    }

    #[test]
    fn empty_values_are_parts_too() {
        let message = fill(Language::Chinese, "", 0);
        let parts: Vec<_> = message.parts().collect();
        assert_eq!(parts.len(), 5);
        assert_eq!(parts[3], Part::Value { name: "name", text: "" });
    }

    #[test]
    fn a_plain_text_is_one_part() {
        let message = Message::from("Sign out");
        assert_eq!(message.parts().collect::<Vec<_>>(), [Part::Text("Sign out")]);
        assert_eq!(Message::from("").parts().count(), 0);
    }
}
