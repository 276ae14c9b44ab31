"""What the report calls things, in Chinese."""

from __future__ import annotations

from eval.results import Outcome

OUTCOMES = {
    Outcome.RIGHT: "答对",
    Outcome.RIGHTLY_REFUSED: "正确拒答",
    Outcome.PARTLY: "部分对",
    Outcome.WRONG: "读错",
    Outcome.NOT_RETRIEVED: "没检索到",
    Outcome.WRONGLY_REFUSED: "误拒",
    Outcome.WRONGLY_ANSWERED: "该拒未拒",
}
GOALS = {
    "answerable_right": "手写题答对（逐字相同，或列表各项齐全）",
    "rightly_refused": "手写题中无答案的，拒答",
    "wrongly_refused": "手写题中有答案的，误拒",
    "calibration_error": "手写题的期望校准误差（ECE）",
    "open_gap": "CMRC 2018 开发集：自己检索比通读给定段落少的 F1（点）",
}
_SETS = {
    "article": "随附文章（手写）",
    "documents": "三份文档（手写）",
    "written": "留出的训练文档",
    "dialogues": "追问，带上文（手写）",
    "dialogues alone": "追问，不带上文（手写）",
}
_SETTINGS = {
    "open": "开放检索",
    "own": "只在本段落里检索",
    "given": "通读给定段落",
    "absent": "段落已移出库",
    "rejection": "拒答",
    "lists": "列表",
    "yes_no": "是非",
    "passages": "长答案",
    "reader": "仅阅读模型",
}
_TYPES = {
    "number": "数量",
    "date": "时间",
    "person": "人物",
    "organisation": "机构",
    "place": "地点",
    "thing": "事物",
    "list": "列表",
    "manner": "方式",
    "reason": "原因",
    "definition": "定义",
    "yes_no": "是非",
    "span": "片段",
    "passage": "长答案",
    "unanswerable": "无答案",
    "unanswerable_near_miss": "相近但无答案",
    "unanswerable_off_topic": "离题",
    "unanswerable_absent": "文档不在库",
    "first": "首问",
    "leans": "依赖上文",
    "stands_alone": "独立的后问",
    "all answerable": "全部有答案的",
    "all unanswerable": "全部无答案的",
}
_FORMS = {
    "plain": "普通",
    "traditional": "繁体",
    "full_width": "全角",
    "chinese_numerals": "汉字数字",
    "typo": "错别字",
    "mixed": "中英混写",
}


def set_name(name: str) -> str:
    """A set, with the setting that it was asked in."""
    if name in _SETS:
        return _SETS[name]
    file, _, setting = name.rpartition(" ")
    return f"{file} · {_SETTINGS[setting]}" if setting in _SETTINGS else name


def type_name(name: str) -> str:
    """A type of question."""
    return _TYPES.get(name, name)


def form_name(name: str) -> str:
    """A way of writing a question."""
    return _FORMS.get(name, name)
