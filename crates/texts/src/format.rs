//! Numbers in the reader's form.

use crate::Language;

/// A whole number with its digits grouped: `1,234,567`.
pub fn integer(language: Language, number: impl Into<i128>) -> String {
    let mut text = String::new();
    push_integer(language, number.into(), &mut text);
    text
}

/// Both languages group by three with a comma.
pub(crate) fn push_integer(language: Language, number: i128, text: &mut String) {
    let separator = match language {
        Language::English | Language::Chinese => ',',
    };
    if number < 0 {
        text.push('-');
    }
    let digits = number.unsigned_abs().to_string();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
}
