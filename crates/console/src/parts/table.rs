//! Lists: a table, a list below the width of a phone, with search, order and pages in the address.

use askama::{Template, filters::HtmlSafe};

use super::{Glyph, Hidden, Html, ListQuery};

/// A column of rows of one type.
pub struct Column<'a, R> {
    label: String,
    kind: Kind,
    /// Its name in `sort`, if one can sort by it.
    key: Option<&'static str>,
    cell: Box<dyn Fn(&R) -> Html + 'a>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// Names the row.
    Name,
    /// The state, which stands beside the name on a phone.
    Lead,
    Plain,
    Number,
}

impl<'a, R> Column<'a, R> {
    fn new(kind: Kind, label: impl Into<String>, cell: impl Fn(&R) -> Html + 'a) -> Self {
        Self { label: label.into(), kind, key: None, cell: Box::new(cell) }
    }

    /// What names the row; a table has one such column.
    pub fn name(label: impl Into<String>, cell: impl Fn(&R) -> Html + 'a) -> Self {
        Self::new(Kind::Name, label, cell)
    }

    pub fn state(label: impl Into<String>, cell: impl Fn(&R) -> Html + 'a) -> Self {
        Self::new(Kind::Lead, label, cell)
    }

    pub fn plain(label: impl Into<String>, cell: impl Fn(&R) -> Html + 'a) -> Self {
        Self::new(Kind::Plain, label, cell)
    }

    pub fn number(label: impl Into<String>, cell: impl Fn(&R) -> Html + 'a) -> Self {
        Self::new(Kind::Number, label, cell)
    }

    /// One can sort by it, under this name.
    #[must_use]
    pub fn sorted(self, key: &'static str) -> Self {
        Self { key: Some(key), ..self }
    }
}

/// A table with its rows rendered.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/table.html")]
pub struct Table {
    caption: String,
    heads: Vec<Head>,
    rows: Vec<Vec<Cell>>,
    /// From edge to edge of the sheet.
    bleeds: bool,
}

impl HtmlSafe for Table {}

#[derive(Clone, Debug)]
struct Head {
    label: String,
    is_number: bool,
    /// The address of the list in this order.
    to: Option<String>,
    order: Option<Order>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Order {
    Ascending,
    Descending,
}

#[derive(Clone, Debug)]
struct Cell {
    kind: Kind,
    /// For phones, where the head of the table is not seen.
    label: String,
    content: Html,
}

impl Table {
    /// `caption` says what the table is, for screen readers. `default_sort` is the order of a list
    /// whose address names none.
    pub fn new<R>(
        caption: impl Into<String>,
        query: &ListQuery,
        default_sort: &str,
        columns: &[Column<'_, R>],
        rows: &[R],
    ) -> Self {
        let sort = Some(query.get("sort")).filter(|text| !text.is_empty()).unwrap_or(default_sort);
        let (sorted_by, descending) =
            sort.strip_prefix('-').map_or((sort, false), |key| (key, true));
        let heads = columns.iter().map(|column| {
            let order = column
                .key
                .filter(|key| *key == sorted_by)
                .map(|_| if descending { Order::Descending } else { Order::Ascending });
            let next = |key: &str| match order {
                Some(Order::Ascending) => format!("-{key}"),
                Some(Order::Descending) | None => key.to_owned(),
            };
            Head {
                label: column.label.clone(),
                is_number: column.kind == Kind::Number,
                to: column.key.map(|key| query.with("sort", &next(key))),
                order,
            }
        });
        let cells = |row: &R| {
            let cell = |column: &Column<'_, R>| Cell {
                kind: column.kind,
                label: column.label.clone(),
                content: (column.cell)(row),
            };
            columns.iter().map(cell).collect()
        };
        Self {
            caption: caption.into(),
            heads: heads.collect(),
            rows: rows.iter().map(cells).collect(),
            bleeds: false,
        }
    }

    #[must_use]
    pub fn bleeding(self) -> Self {
        Self { bleeds: true, ..self }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// The form above a list: search and filters. It keeps what it does not ask for.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/filters.html")]
pub struct Filters {
    action: String,
    search_label: String,
    placeholder: String,
    search: String,
    selects: Vec<FilterSelect>,
    texts: Vec<(&'static str, String, String)>,
    dates: Vec<(&'static str, String, String)>,
    hidden: Vec<Hidden>,
    button: String,
}

impl HtmlSafe for Filters {}

#[derive(Clone, Debug)]
struct FilterSelect {
    name: &'static str,
    label: String,
    options: Vec<(String, String)>,
    chosen: String,
}

impl Filters {
    /// `search_label` names what is searched, `button` sends the form.
    pub fn new(
        query: &ListQuery,
        search_label: impl Into<String>,
        button: impl Into<String>,
    ) -> Self {
        let hidden = query.kept(&["q"]).map(|(name, value)| Hidden::new(name, value)).collect();
        Self {
            action: query.path().to_owned(),
            search_label: search_label.into(),
            placeholder: String::new(),
            search: query.search(),
            selects: Vec::new(),
            texts: Vec::new(),
            dates: Vec::new(),
            hidden,
            button: button.into(),
        }
    }

    #[must_use]
    pub fn placeholder(self, text: impl Into<String>) -> Self {
        Self { placeholder: text.into(), ..self }
    }

    /// One more filter; the value of its first option is empty, which is any.
    #[must_use]
    pub fn select(
        mut self,
        query: &ListQuery,
        name: &'static str,
        label: impl Into<String>,
        options: Vec<(String, String)>,
    ) -> Self {
        self.hidden.retain(|field| field.name != name);
        let chosen = query.get(name).to_owned();
        self.selects.push(FilterSelect { name, label: label.into(), options, chosen });
        self
    }

    /// One more filter that is typed.
    #[must_use]
    pub fn text(mut self, query: &ListQuery, name: &'static str, label: impl Into<String>) -> Self {
        self.hidden.retain(|field| field.name != name);
        self.texts.push((name, label.into(), query.get(name).to_owned()));
        self
    }

    /// One more filter that is a day.
    #[must_use]
    pub fn date(mut self, query: &ListQuery, name: &'static str, label: impl Into<String>) -> Self {
        self.hidden.retain(|field| field.name != name);
        self.dates.push((name, label.into(), query.get(name).to_owned()));
        self
    }
}

/// Links with counts for the one filter that people use.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<nav class="cuts" aria-label="{{ label }}">{% for cut in cuts.iter() %}<a href="{{ cut.to }}"{% if cut.current %} aria-current="true"{% endif %}>{{ cut.text }} <span class="n">{{ cut.count }}</span></a>{% endfor %}</nav>"#
)]
pub struct Cuts {
    label: String,
    cuts: Vec<Cut>,
}

impl HtmlSafe for Cuts {}

#[derive(Clone, Debug)]
struct Cut {
    to: String,
    text: String,
    count: String,
    current: bool,
}

impl Cuts {
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), cuts: Vec::new() }
    }

    /// The list with `name` set to `value`; an empty value is all.
    #[must_use]
    pub fn cut(
        mut self,
        query: &ListQuery,
        (name, value): (&str, &str),
        text: impl Into<String>,
        count: impl Into<String>,
    ) -> Self {
        self.cuts.push(Cut {
            to: query.with(name, value),
            text: text.into(),
            count: count.into(),
            current: query.get(name) == value,
        });
        self
    }
}

/// The foot of a list: what is shown, and the way on.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<div class="pager"><p>{{ text }}</p><p class="acts">{% if let Some((to, text)) = first %}<a class="btn small" href="{{ to }}">{{ text }}</a>{% endif %}{% if let Some((to, text)) = next %}<a class="btn small" href="{{ to }}" rel="next">{{ text }}{{ Glyph::Right }}</a>{% endif %}</p></div>"#
)]
pub struct Pager {
    text: Html,
    first: Option<(String, String)>,
    next: Option<(String, String)>,
}

impl HtmlSafe for Pager {}

impl Pager {
    /// `text` says how many there are; `next` is the cursor of the next page, if there is one.
    pub fn new(
        t: seatlink_texts::Texts,
        query: &ListQuery,
        text: impl Into<Html>,
        next: Option<&str>,
    ) -> Self {
        let first = query.cursor().map(|_| (query.with("cursor", ""), t.common().first_page()));
        let next = next.map(|cursor| (query.with("cursor", cursor), t.common().next_page()));
        let owned = |(to, text): (String, &'static str)| (to, text.to_owned());
        Self { text: text.into(), first: first.map(owned), next: next.map(owned) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_sorts_the_other_way_when_it_is_pressed_again() {
        let rows = ["a"];
        let columns = [
            Column::name("Name", |row: &&str| Html::from(*row)).sorted("name"),
            Column::number("Count", |_| Html::from("1")).sorted("count"),
        ];
        let render = |query: &str| {
            Table::new("All", &ListQuery::parse("/x", query), "name", &columns, &rows).to_string()
        };
        let by_default = render("");
        assert!(by_default.contains("aria-sort=\"ascending\""), "{by_default}");
        assert!(by_default.contains("/x?sort=-name") && by_default.contains("/x?sort=count"));
        assert!(render("sort=-name").contains("aria-sort=\"descending\""));
    }

    #[test]
    fn a_form_keeps_what_it_does_not_ask_for() {
        let query = ListQuery::parse("/x", "q=a&sort=name&status=active&cursor=1");
        let filters = Filters::new(&query, "Search", "Search").select(
            &query,
            "status",
            "Status",
            vec![(String::new(), String::from("Any"))],
        );
        let html = filters.to_string();
        assert!(html.contains(r#"type="hidden" name="sort" value="name""#), "{html}");
        assert!(!html.contains(r#"type="hidden" name="status""#) && !html.contains("cursor"));
    }
}
