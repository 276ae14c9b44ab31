"""Everyday Chinese characters, to tell text in the right encoding from text in a wrong one.

The lists are the 800 most frequent characters of modern Chinese (news, encyclopaedia and court texts, counted by us)
and their traditional forms. In a wrong encoding a text turns into characters that hardly anybody writes.
"""

from __future__ import annotations

_EVERYWHERE = (
    "的人國年在一為为爲某中大日是有和月国於被了地公以告後時于成學上民行之时軍不发主后會出與生政方發個元西会南用部作斯"
    "个市多区區工北到東本世同其家分而动來经原业与戰学自理等對对及法司這下由定最經合他新事来代车开立保要名金利进安也建"
    "将並现亞文全美通海期動长重長实爾员并開子教机內前高都场所电位能外过因内馬至統明体此"
)
_FREQUENT = (
    "可德任关第间機资使这共务力州小業城加羅院得证特現提過稱产三交帝聯者將道進天水物但面拉查府向当度治產間化款電万球据"
    "當东入台路平體十次種克该表系王们華计山费義案界品權设島报制朝二史目關处總展約张相性心古里约量支兩省灣数基网士号議"
    "然应紀數裏还設称联員式領程起著收队书族活達信黨如尼管布更阿科运或线隊已英两車手改从江河受從记語军正哪示社意縣則点"
    "始就星责四局運包种比情总口权各村臺议县色甲标港组蘭认服實賽息認门直商場巴土无流李組马選持赛說尔濟广接限林房爭亚傳"
    "供書取萬达首我屬結单洲项些解們回影太少卡委皇件變险計險好報常付資近未格女條漢造医術醫站形警維结华擊题集价務投決線"
    "指際强蘇歐营帶办無级蒙给居视廣份反身命传還协舉获审派審清米武说納参宗统调據续視转源具處打战兵即看導京空游五張带邦"
    "陈攻条許团曾类陸功属香规校求論股歷户規周易么風导該類果域早知強境每鐵头创石风別专黄型門非點术劉奧推團决列放網镇字"
    "编較編客很罗威今括述言别普质施除技防又繼福刘龍群官羣双夫承韓领殺请初請消亦图宋獲额額乐确先增且助衛超失问没际光再"
    "签宣籤气根什響"
)
_KNOWN = (
    "應选伊众占衆白轉兰只伤置傷氣育圖仍注製护神鱼沒乙它龙令许構興食獨职題让存隨担擔故片慶害俄环號深築去修邊續質银九樂"
    "青塞敗预預复师離研印岛連給需參完何备級整引演准节率花倫企革容央着藝装積变另圍济往义問堡六老构聲步木護升器勢维溫积"
    "票觀均监織監园百效幾售單况職況段協住農阳致街诉訴湾略辑裝輯举極离專黑八版辦記销鄭銷按党罪例音儿麼见究模连營农盟语"
    "標拜環余復采劃购購损聖損己币速幣随范守显降值層感烈检檢则低做魯料考創财財救波观足候照吉督爱沙铁止君红抗移師伯负終"
    "纪頭借亲丁杨眾楊围轄纳志落季苏森僅载偿嘉償排哈较樣友遠依才织托态半极見典订越訂佛黃违洛違破必辆陽輛精洋思祖湖死历"
    "算密唐店配便样驶駛火益親坦登獎划鎮航採买郵買边滿亿塔雨希熱话埃策突执控執楼漸樓薩兴走飛养畫養验擁驗調牌兒律把声滅"
    "七录她逐击想快範證热話响梅角曼优優送那亡货貨男哥犯備疗療博項廷驾富駕识雖識乡席鄉麗涉嚴裡真室役卻争返恩判孩封播频"
    "盃頻继臣恆干斷幹庭赫病艦汗退座園状射狀察批赔烏賠母田终庫闻聞酒勝班遊论仁康测勒旅併评遷評屋奇试試壓鉴郡鑑卫費奥態"
    "温停像萊假象云剧千断欧係申夏測满奪艺簽甚訊宁雷諾核景顯搜几餘紅陆馆雙貴健準章般药館藥贷燕貸節讓予稻习瑞習充底附层"
    "陳租衝刑永留补望補岸戏戲严吴吳歌隸曲船川鬥氏左朱奖貿責載灾災副油絕宝諸寶库姆愿句願汉久微魏卖賣鳍確鰭急寧桥遺橋仅"
    "籍堂負價独槍画階帮幫账雲賬势銀歸援介戶細荷駐难億難含侵晉索韩牙佔婚岁屆歲右杜劇融擴钱裁錢晚憲智臨束树軌樹讯父归頓"
    "侧亂側隆汽泰盧背錄细減临软魚軟素你骗騙赵舊趙切轻輕乌愛尚毛"
)
_PUNCTUATION = "，。、“”‘’（）：》《？；！—…·「」『』【】〈〉～％　０１２３４５６７８９①②③④⑤■□●○◆★※→"
_RARE = -1.0
_FOREIGN = -3.0
_WEIGHTS: dict[str, float] = {
    **dict.fromkeys(_KNOWN, 1.0),
    **dict.fromkeys(_FREQUENT, 2.0),
    **dict.fromkeys(_PUNCTUATION, 2.0),
    **dict.fromkeys(_EVERYWHERE, 3.0),
}


def plausibility(text: str) -> float:
    """How much everyday Chinese `text` holds, less what nobody writes; 0 for text in Latin letters.

    Real Chinese text scores about 1.7 for each Chinese character, text in a wrong encoding below 0.
    """
    return sum(map(_weight, text))


def _weight(character: str) -> float:
    # Latin, Greek and Cyrillic letters occur in any text and say nothing about it.
    if character.isascii() or "\u0370" <= character < "\u0500":
        return 0.0
    weight = _WEIGHTS.get(character)
    if weight is not None:
        return weight
    if "\u4e00" <= character <= "\u9fff":
        return _RARE
    if "\u3000" <= character <= "\u303f" or "\uff01" <= character <= "\uff5e" or "\u2010" <= character <= "\u203b":
        return 0.5
    return _FOREIGN
