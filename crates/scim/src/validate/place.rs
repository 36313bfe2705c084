//! Where in a resource something is, for messages; costs nothing until it is shown.

use std::fmt;

/// An attribute path made of borrowed parts.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    urn: Option<&'a str>,
    name: &'a str,
    sub: Option<&'a str>,
}

impl<'a> At<'a> {
    pub(crate) fn new(urn: Option<&'a str>, name: &'a str) -> Self {
        Self { urn, name, sub: None }
    }

    pub(crate) fn sub(self, sub: &'a str) -> Self {
        Self { sub: Some(sub), ..self }
    }

    pub(crate) fn urn(self) -> Option<&'a str> {
        self.urn
    }

    pub(crate) fn name(self) -> &'a str {
        self.name
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = self.urn {
            write!(f, "{urn}:")?;
        }
        f.write_str(self.name)?;
        if let Some(sub) = self.sub {
            write!(f, ".{sub}")?;
        }
        Ok(())
    }
}
