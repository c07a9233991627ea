//! A problem: what happened, what to do, and the buttons to do it.

use leptos::prelude::*;

/// A live region that is empty while there is no message. Screen readers announce what comes into
/// it.
///
/// The message is shown as it is. Use [`settled_option`](crate::settled::settled_option) to leave out
/// what lasts too short to be read.
#[component]
pub(crate) fn Alert(
    /// What happened, and what to do.
    #[prop(into)]
    message: Signal<Option<String>>,
    /// The buttons and links that help.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    view! {
        <div role="alert">
            <Show when=move || message.with(Option::is_some)>
                <div class="alert">
                    <p>{move || message.get()}</p>
                    {children.as_ref().map(|children| children())}
                </div>
            </Show>
        </div>
    }
}
