//! Something went wrong: what happened, what to do, and a way to do it.

use leptos::prelude::*;

/// Shown while there is a message; read out by a screen reader when it comes.
#[component]
pub(crate) fn Alert(
    /// The sentence, if there is something to say.
    message: impl Fn() -> Option<String> + Send + Sync + 'static,
    /// What the person can do about it.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let message = Memo::new(move |_| message());
    let children = StoredValue::new(children);
    view! {
        <div role="alert">
            {move || message.get().map(|message| view! {
                <div class="alert">
                    <p>{message}</p>
                    {children.with_value(|children| children.as_ref().map(|children| children()))}
                </div>
            })}
        </div>
    }
}
