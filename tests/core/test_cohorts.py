from tests.conftest import *

async def test_smoke(stage):
    a = await stage.types(ADA, "/cohort create Team")
    print(text(a))
    a = await stage.types(ADA, "/cohort schedule sun 02:30 Europe/Berlin")
    print(text(a))
    a = await stage.presses(ADA, button(a, "Save"))
    print(text(a))
    print(text(await stage.types(ADA, "/cohort status")))
