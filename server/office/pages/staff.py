"""人员与设备: staff with roles, invitations, phones enrolled by a QR code and revoked in one click."""

from __future__ import annotations

from werkzeug.wrappers import Response

from schemas.words import ROLES
from server import http
from server.access import caller, may
from server.errors import Refusal
from server.field import acts as field
from server.office.desk import Form, allow, back, page, wants_sheet
from server.office.pages import bp
from server.pay.acts import matrix
from server.people import acts as people
from server.web.sheet import Column, download

COLUMNS = (
    Column("姓名", "name"),
    Column("手机", "phone", width=16),
    Column("岗位", "role_name"),
    Column("负责楼栋", "buildings_text", width=24),
    Column("开始", "since"),
)


@bp.get("/people")
@may("manager")
def people_page() -> Response:
    community = allow("manager")
    rows = people.members(http.db(), community)
    if wants_sheet():
        named = [{**r, "role_name": ROLES[r["role"]], "buildings_text": "、".join(r["buildings"])} for r in rows]
        return download("人员", COLUMNS, named)
    return page("people", rows=rows, roles=ROLES, devices=people.devices(http.db(), community))


@bp.post("/people")
@may("manager")
def people_add() -> Response:
    """A new person; goes on to the invitation link."""
    community = allow("manager")
    form = Form()
    name, phone = form.text("name", "姓名", 40), form.text("phone", "手机", 20, needed=False)
    role, buildings = form.choice("role", "岗位", ROLES), form.text("buildings", "负责楼栋", 100, needed=False)
    form.check()
    staff = people.add_staff(http.db(), community, name, role, phone, buildings, who=caller().staff)
    return back(f"/office/people/{staff}", "staff")


@bp.get("/people/<staff>")
@may("manager")
def person(staff: str) -> Response:
    community = allow("manager")
    found = people.member(http.db(), community, staff)
    devices = [row for row in people.devices(http.db(), community) if row["staff"] == found["staff"]]
    return page("person", person=found, roles=ROLES, devices=devices, link=None, enrol=None, code=[])


@bp.post("/people/<staff>")
@may("manager")
def person_edit(staff: str) -> Response:
    community = allow("manager")
    form = Form()
    name, phone = form.text("name", "姓名", 40), form.text("phone", "手机", 20, needed=False)
    role, buildings = form.choice("role", "岗位", ROLES), form.text("buildings", "负责楼栋", 100, needed=False)
    form.check()
    now = people.member(http.db(), community, staff)
    if (name, phone) != (now["name"], now["phone"]):
        people.edit_staff(http.db(), community, staff, name, phone)
    people.set_role(http.db(), community, staff, role, buildings, who=caller().staff)
    return back(f"/office/people/{staff}", "saved")


@bp.post("/people/<staff>/invitation")
@may("manager")
def person_invite(staff: str) -> Response:
    """The link is shown once, on the answer of this form; it never stands in an address of the console."""
    community = allow("manager")
    found = _kept(community, staff)
    link = people.invite(http.db(), found, http.cfg().url, who=caller().staff)
    return _person(community, found, link=link)


@bp.post("/people/<staff>/enrolment")
@may("manager")
def person_enrol(staff: str) -> Response:
    """A QR code that enrols one phone within ten minutes, shown once."""
    community = allow("manager")
    found = _kept(community, staff)
    enrol = people.enrol_code(http.db(), found, http.cfg().url, who=caller().staff)
    return _person(community, found, enrol=enrol)


@bp.post("/people/<staff>/leaving")
@may("manager")
def person_leave(staff: str) -> Response:
    community = allow("manager")
    Form().word("离职")
    people.leave(http.db(), community, people.member(http.db(), community, staff)["staff"], who=caller().staff)
    return back("/office/people", "left")


@bp.post("/people/<staff>/messages")
@may("manager")
def person_message(staff: str) -> Response:
    """A sentence that the person's phones show at their next pull."""
    community = allow("manager")
    form = Form()
    text = form.text("text", "留言", 300)
    form.check()
    with http.writing(community, verb="message.send") as pen:
        field.send_message(pen, people.member(http.db(), community, staff)["staff"], text)
    return back(f"/office/people/{staff}", "sent")


@bp.post("/people/<staff>/signout")
@may("manager")
def person_signout(staff: str) -> Response:
    community = allow("manager")
    people.logout_everywhere(http.db(), _kept(community, staff), who=caller().staff)
    return back(f"/office/people/{staff}", "revoked")


@bp.post("/devices/<device>/revocation")
@may("manager")
def device_revoke(device: str) -> Response:
    """One click stops a phone; as lost it also erases what it stores and wants the word."""
    community = allow("manager")
    form = Form()
    lost = bool(form.many("lost"))
    if lost:
        form.word("丢失")
    with http.writing(community) as pen:
        people.revoke_device(pen, device, lost)
    return back("/office/people", "lost" if lost else "revoked")


def _kept(community: str, staff: str) -> str:
    """The id of a person whose password and phones this community keeps."""
    found = people.member(http.db(), community, staff)
    if found["home_community"] != community:
        raise Refusal("not_home_community")
    return str(found["staff"])


def _person(
    community: str, staff: str, link: dict[str, str] | None = None, enrol: dict[str, str] | None = None
) -> Response:
    found = people.member(http.db(), community, staff)
    devices = [row for row in people.devices(http.db(), community) if row["staff"] == staff]
    code = matrix(enrol["url"]) if enrol else []
    return page("person", person=found, roles=ROLES, devices=devices, link=link, enrol=enrol, code=code)
