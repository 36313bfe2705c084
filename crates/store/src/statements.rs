//! The register of fixed statements.

/// Declares statements and the list by which a test prepares each of them on both databases.
///
/// `NAME = @changing_access "..."` declares one that may end or change what somebody may do:
/// tokens, grants, clients, roles and who holds them, and the users they stand for.
/// [`crate::Db::access_changes`] counts the commits that ran one.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $(@$mark:ident)? $sql:expr;)+) => {
        $($(#[$meta])* const $name: $crate::Stmt = $crate::Stmt::common($sql)$(.$mark())?;)+

        #[doc(hidden)]
        pub const STATEMENTS: &[(&str, $crate::Stmt)] = &[$((stringify!($name), $name)),+];
    };
}
