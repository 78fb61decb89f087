"""What a click came to stands below the header, also where it was clicked in a fragment."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from nashcore.errors import InputError
    from ui.shell import said

    def refuse() -> str:
        raise InputError("no <b>room</b>")

    @st.fragment
    def part() -> None:
        said.pass_on()
        st.button("in a part", on_click=said.act, args=(refuse,))

    st.title("Head")
    said.show()
    st.button("done", on_click=said.act, args=(lambda: "It is done.",))
    st.button("nothing to say", on_click=said.act, args=(lambda: None,))
    part()


def test_it_is_said_once_the_page_is_drawn_and_the_last_click_counts() -> None:
    test = AppTest.from_function(page).run()

    def click(label: str) -> None:
        next(button for button in test.button if button.label == label).click().run()

    click("in a part")
    assert [said.value for said in test.error] == [r"no \<b\>room\<\/b\>"]
    assert test.main.children[1].type == "error"
    click("done")
    assert [said.value for said in test.success] == [r"It is done\."]
    assert not test.error
    click("nothing to say")
    assert not test.success
