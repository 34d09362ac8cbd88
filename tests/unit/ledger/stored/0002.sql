BEGIN TRANSACTION;
CREATE TABLE approvals (
    id          TEXT PRIMARY KEY,
    proposal_id TEXT NOT NULL UNIQUE REFERENCES proposals (id),
    expires_at  TEXT NOT NULL,
    body        TEXT NOT NULL
) STRICT;
INSERT INTO "approvals" VALUES('a-p-00001','p-00001','2026-11-23T06:11:00.000000+00:00','{"approved_at":"2026-11-23T06:01:00Z","approver":"kim","binding":"f7c32124ed7fd3f7cf7be003a9bc7aebfbc0cb3c47425c481c1101f3ef8520d5","comment":"","emergency":false,"expires_at":"2026-11-23T06:11:00Z","id":"a-p-00001","meaning":"approved for writing","proposal_id":"p-00001","signers":["kim"],"standing_id":null}');
INSERT INTO "approvals" VALUES('a-p-00002','p-00002','2026-11-23T06:12:00.000000+00:00','{"approved_at":"2026-11-23T06:02:00Z","approver":"kim","binding":"874d5bee499abb00857d9fbafbe8e9964eefb8bc267d63a31f588c87d0b99a28","comment":"","emergency":false,"expires_at":"2026-11-23T06:12:00Z","id":"a-p-00002","meaning":"approved for writing","proposal_id":"p-00002","signers":["kim"],"standing_id":null}');
INSERT INTO "approvals" VALUES('a-p-00003','p-00003','2026-11-23T06:13:00.000000+00:00','{"approved_at":"2026-11-23T06:03:00Z","approver":"kim","binding":"eb3e7fc8fc0a33af9278bec3473dc1dd5861f9388a64ea13059cf605ad0b1865","comment":"","emergency":false,"expires_at":"2026-11-23T06:13:00Z","id":"a-p-00003","meaning":"approved for writing","proposal_id":"p-00003","signers":["kim"],"standing_id":null}');
INSERT INTO "approvals" VALUES('a-p-00005','p-00005','2026-11-23T06:14:02.100000+00:00','{"approved_at":"2026-11-23T06:04:02.100000Z","approver":"kim","binding":"db2fb6789daf403686b1d20c29ad697f6a9a17bd0cc3bfee54bbd04b98c19782","comment":"bottles break","emergency":true,"expires_at":"2026-11-23T06:14:02.100000Z","id":"a-p-00005","meaning":"approved for writing","proposal_id":"p-00005","signers":["kim"],"standing_id":null}');
INSERT INTO "approvals" VALUES('a-p-00006','p-00006','2026-11-23T06:14:02.100000+00:00','{"approved_at":"2026-11-23T06:04:02.100000Z","approver":"kim","binding":"a9f63c7ab94aa87139fc39ecfebbe48cc09a19e2f37060e43477d8949425ff9b","comment":"","emergency":false,"expires_at":"2026-11-23T06:14:02.100000Z","id":"a-p-00006","meaning":"approved for writing","proposal_id":"p-00006","signers":["kim"],"standing_id":null}');
INSERT INTO "approvals" VALUES('a-p-00007','p-00007','2026-11-23T06:15:02.100000+00:00','{"approved_at":"2026-11-23T06:05:02.100000Z","approver":"kim","binding":"7091dcb9aef450dc90aa79333363f3245c4500ad1434311fafcea69af3d9d9b0","comment":"","emergency":false,"expires_at":"2026-11-23T06:15:02.100000Z","id":"a-p-00007","meaning":"approved for writing","proposal_id":"p-00007","signers":["kim"],"standing_id":null}');
INSERT INTO "approvals" VALUES('a-p-00008','p-00008','2026-11-23T06:15:02.100000+00:00','{"approved_at":"2026-11-23T06:05:02.100000Z","approver":"kim","binding":"f353b7729685a34340944f5a76595627f3cd29fa2974fb5af6e0e44e27a0b059","comment":"","emergency":false,"expires_at":"2026-11-23T06:15:02.100000Z","id":"a-p-00008","meaning":"approved for writing","proposal_id":"p-00008","signers":["kim"],"standing_id":null}');
CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT NOT NULL,
    prev    TEXT NOT NULL,
    hash    TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO "audit" VALUES(1,'2026-11-23T06:00:00.000000+00:00','service','writer','ledger','{"epoch":1,"text":"service carries out changes from now on."}','0000000000000000000000000000000000000000000000000000000000000000','9f414cfae53285ad29c8c7440e360809b849bd00c9110c8d447f356dd75557ce');
INSERT INTO "audit" VALUES(2,'2026-11-23T06:01:00.000000+00:00','agent:solver','submitted','p-00001','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","risk: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","simultaneous: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","state: passed","approval: passed"],"draft":"8f6938b14d4ddefd2c965e100263b5db5e37629d344df7281305ae426cc3b03c","plan":"e94fae64fe36e3bafd87f1ded236d83d0c4c7f7f4bb7bc8f9e3f0bd6785c1a1e","text":"agent:solver proposes filler.speed_per_min from 600 1/min to 580 1/min. The twin says better after 32 replications. Its risk is low: no rule gives it a higher class.","verdict":"c323407612c3758977c08263e14a365c1a303bca75ccf3fee1abf72ef57cfd94"}','9f414cfae53285ad29c8c7440e360809b849bd00c9110c8d447f356dd75557ce','c066e81c6ca2d9a98e5c6a443ff2db3f9ec0131fb3daf5fc33a918df59cedbfc');
INSERT INTO "audit" VALUES(3,'2026-11-23T06:01:00.000000+00:00','kim','signed','p-00001','{"signature":"b242dd36305fc3270ae912ce0bcba9fb88490214514fcccbde6d5bca7e3b3df9","text":"kim signs, meaning ''approved for writing'' (1 of 1; low risk: no rule gives it a higher class)."}','c066e81c6ca2d9a98e5c6a443ff2db3f9ec0131fb3daf5fc33a918df59cedbfc','58811ed57b01c8c764399b0f7f81d118de2274d8110b70a2991b1791a3cee1b8');
INSERT INTO "audit" VALUES(4,'2026-11-23T06:01:00.000000+00:00','kim','approved','p-00001','{"approval":"3fd1fd8b9b7f958425a4c8383136e92e3a4fd49d3c1fa96c7449fe467cedea6e","binding":"f7c32124ed7fd3f7cf7be003a9bc7aebfbc0cb3c47425c481c1101f3ef8520d5","text":"kim approves, meaning ''approved for writing'', until 06:11:00 UTC."}','58811ed57b01c8c764399b0f7f81d118de2274d8110b70a2991b1791a3cee1b8','67bb1b92394ab50633538fb4dcffa5ff68bd150706e8f7874f0b94ffaceb84ef');
INSERT INTO "audit" VALUES(5,'2026-11-23T06:01:00.000000+00:00','executor','claimed','p-00001','{"approval":"a-p-00001","before":{"filler.speed_per_min":600.0},"epoch":1,"text":"All 20 checks passed on fresh data. About to write filler.speed_per_min from 600 1/min to 580 1/min."}','67bb1b92394ab50633538fb4dcffa5ff68bd150706e8f7874f0b94ffaceb84ef','2e77a51b65896c45873e87bdf5f8592439310dd89be3379d8deaceb48b5c3aa8');
INSERT INTO "audit" VALUES(6,'2026-11-23T06:01:00.000000+00:00','executor','sent','p-00001','{"direction":"apply","epoch":1,"step":0,"text":"Writing filler.speed_per_min = 580 1/min."}','2e77a51b65896c45873e87bdf5f8592439310dd89be3379d8deaceb48b5c3aa8','a1ee7e2171b1e4b6e428e62b7ec5e779589d54962e40077bfaef9eabef8a5956');
INSERT INTO "audit" VALUES(7,'2026-11-23T06:01:00.000000+00:00','executor','read_back','p-00001','{"direction":"apply","receipt":"b18e8b058c2e84023ccfa914621d0ba8226a44197d5b11b2dde476fb44e94511","text":"filler.speed_per_min reads back 580 1/min: applied (server: Good)."}','a1ee7e2171b1e4b6e428e62b7ec5e779589d54962e40077bfaef9eabef8a5956','5d560e99aca9ae0797009aa071f12cd3f035dbb4dbf3d9beece7d2fd9070a15e');
INSERT INTO "audit" VALUES(8,'2026-11-23T06:01:00.000000+00:00','executor','applied','p-00001','{"text":"Applied at 43600 s of plant time; waiting for the machine to follow."}','5d560e99aca9ae0797009aa071f12cd3f035dbb4dbf3d9beece7d2fd9070a15e','ca17fd546eaf79adbcd0bdaefb3cbd506b615182e55d521dea3d3e563bbbdc1d');
INSERT INTO "audit" VALUES(9,'2026-11-23T06:01:00.000000+00:00','executor','watching','p-00001','{"text":"The machine follows. Settling for 300 s, then measuring throughput_per_h for 2400 s of plant time against 1400 to 1500."}','ca17fd546eaf79adbcd0bdaefb3cbd506b615182e55d521dea3d3e563bbbdc1d','c5de029379d42201e3521d4bad8f231acb1bfff74462200252fdfe45a21253aa');
INSERT INTO "audit" VALUES(10,'2026-11-23T06:01:00.000000+00:00','executor','ended','p-00001','{"outcome":"83aaa468a4147c1154dbe0a3677c1570fe13d8b43e75960e2e98fee186e9a046","status":"verified","text":"throughput_per_h was 1450 1/h from 43900 s to 46300 s of plant time; promised were 1400 to 1500 1/h (90%): kept."}','c5de029379d42201e3521d4bad8f231acb1bfff74462200252fdfe45a21253aa','adc27be3e500c9ead4f7f7ba4a20b3389185d76a9ab62394411c6ddf76fa932e');
INSERT INTO "audit" VALUES(11,'2026-11-23T06:02:00.000000+00:00','agent:solver','submitted','p-00002','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","risk: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","simultaneous: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","state: passed","approval: passed"],"draft":"e4005fa6f664c8bd28fd5c638d2dd839a1b0d71365faad037602706fba41fdc7","plan":"0d00c33918b4353a3a53e25f1b190f2831b5d01edd007e6f9ad7b78965ca3627","text":"agent:solver proposes labeller.speed_per_min from 675 1/min to 660 1/min. The twin says better after 32 replications. Its risk is low: no rule gives it a higher class.","verdict":"be96413b70f1f61843b0360c9e4cf65904a718be203bb22a9fdd9194b10610db"}','adc27be3e500c9ead4f7f7ba4a20b3389185d76a9ab62394411c6ddf76fa932e','145f2c954ada25a700312bdb703d75e842c59ce45b80341db060ae1bc3e5286d');
INSERT INTO "audit" VALUES(12,'2026-11-23T06:02:00.000000+00:00','kim','signed','p-00002','{"signature":"dced3fc75b4195e4f000673c5ef59850360a6cfc4d00801c6b8388210ecb97da","text":"kim signs, meaning ''approved for writing'' (1 of 1; low risk: no rule gives it a higher class)."}','145f2c954ada25a700312bdb703d75e842c59ce45b80341db060ae1bc3e5286d','7a71b5c6ed82302c658cabce8667da0ff9ef113f1dd554fd88d8512c86bf52a9');
INSERT INTO "audit" VALUES(13,'2026-11-23T06:02:00.000000+00:00','kim','approved','p-00002','{"approval":"6371215d4b6c29d61f318694451657fe2ca8b88cad686639a75f818d7eebf857","binding":"874d5bee499abb00857d9fbafbe8e9964eefb8bc267d63a31f588c87d0b99a28","text":"kim approves, meaning ''approved for writing'', until 06:12:00 UTC."}','7a71b5c6ed82302c658cabce8667da0ff9ef113f1dd554fd88d8512c86bf52a9','7ea2f4f29223c53100e72d7932ce279c7e487eb5beff4a1510b472f5a29cf116');
INSERT INTO "audit" VALUES(14,'2026-11-23T06:02:00.000000+00:00','executor','claimed','p-00002','{"approval":"a-p-00002","before":{"labeller.speed_per_min":675.0},"epoch":1,"text":"All 20 checks passed on fresh data. About to write labeller.speed_per_min from 675 1/min to 660 1/min."}','7ea2f4f29223c53100e72d7932ce279c7e487eb5beff4a1510b472f5a29cf116','2837409e5ef6dda411dbf4bad79f931b524751e4cdd742ad24e0b2cafcada70c');
INSERT INTO "audit" VALUES(15,'2026-11-23T06:02:00.000000+00:00','executor','sent','p-00002','{"direction":"apply","epoch":1,"step":0,"text":"Writing labeller.speed_per_min = 660 1/min."}','2837409e5ef6dda411dbf4bad79f931b524751e4cdd742ad24e0b2cafcada70c','a97a29cb4c001e736687916b366e88145347f15445d4bda9b28671fb1fbf1128');
INSERT INTO "audit" VALUES(16,'2026-11-23T06:02:00.000000+00:00','executor','read_back','p-00002','{"direction":"apply","receipt":"4092f4f8631abb0a47b841044e35f0ba779a79ded6cc2d6a8889aaad3e1fd7ef","text":"labeller.speed_per_min reads back 660 1/min: applied (server: Good)."}','a97a29cb4c001e736687916b366e88145347f15445d4bda9b28671fb1fbf1128','c610cad99f6c9f6b54ba83e8fe4900e48c2f35fafd5e568922202cd60f72b5f3');
INSERT INTO "audit" VALUES(17,'2026-11-23T06:02:00.000000+00:00','executor','applied','p-00002','{"text":"Applied at 91700 s of plant time; waiting for the machine to follow."}','c610cad99f6c9f6b54ba83e8fe4900e48c2f35fafd5e568922202cd60f72b5f3','7df698932690ebdb1d125483f207f8d205255d5a48b1685c9dffdb303fcfb573');
INSERT INTO "audit" VALUES(18,'2026-11-23T06:02:00.000000+00:00','executor','watching','p-00002','{"text":"The machine follows. Settling for 300 s, then measuring throughput_per_h for 2400 s of plant time against 1400 to 1500."}','7df698932690ebdb1d125483f207f8d205255d5a48b1685c9dffdb303fcfb573','482ffe1b73d7b71b515def96a59e0fefb05c3b2a220744a4e5556ccf7dcd23e8');
INSERT INTO "audit" VALUES(19,'2026-11-23T06:02:00.000000+00:00','executor','rolling_back','p-00002','{"text":"Rolling back: throughput_per_h was 1000 1/h from 92000 s to 94400 s of plant time; promised were 1400 to 1500 1/h (90%): broken on the harmful side."}','482ffe1b73d7b71b515def96a59e0fefb05c3b2a220744a4e5556ccf7dcd23e8','492b56ff52077ddbd6c5f390d4724b7a4c16097995f0057d46fc1e5a23224b8c');
INSERT INTO "audit" VALUES(20,'2026-11-23T06:02:00.000000+00:00','executor','sent','p-00002','{"direction":"restore","epoch":1,"step":0,"text":"Restoring labeller.speed_per_min = 675 1/min."}','492b56ff52077ddbd6c5f390d4724b7a4c16097995f0057d46fc1e5a23224b8c','acd5b7b68ce36b38426c743d138ba4b44fb609be8acd6d9cc25df958e994fc58');
INSERT INTO "audit" VALUES(21,'2026-11-23T06:02:00.000000+00:00','executor','read_back','p-00002','{"direction":"restore","receipt":"8944a638eafa732fc537f3ead3a257291778ac155affddded057546909cc232e","text":"labeller.speed_per_min reads back 675 1/min: applied (server: Good)."}','acd5b7b68ce36b38426c743d138ba4b44fb609be8acd6d9cc25df958e994fc58','3aced83731cb630d4a92152c09664884beb0eacd769b185bc7119c002ab7dac9');
INSERT INTO "audit" VALUES(22,'2026-11-23T06:02:00.000000+00:00','executor','ended','p-00002','{"outcome":"5b9871ef0cac8a2ca482feeef0697780998cdbe5b4cf3042e07ac18c32bcddbd","status":"rolled_back","text":"throughput_per_h was 1000 1/h from 92000 s to 94400 s of plant time; promised were 1400 to 1500 1/h (90%): broken on the harmful side. Put back and read back: labeller.speed_per_min = 675 1/min."}','3aced83731cb630d4a92152c09664884beb0eacd769b185bc7119c002ab7dac9','86b8f6db6fcc3ce565ae3c6d9c65be2992b055277ab48e8a2a0918974460b3eb');
INSERT INTO "audit" VALUES(23,'2026-11-23T06:03:00.000000+00:00','agent:solver','submitted','p-00003','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","risk: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","simultaneous: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","state: passed","approval: passed"],"draft":"713ef0b1acff5c3107cbb26e25fdb32e38d8e4502d41e91dcc545d02df39c44c","plan":"720f24e9c714a4a07ce040a1faa720b3013553ca1c7c9d22b08369f8ca7195af","text":"agent:solver proposes labeller.speed_per_min from 675 1/min to 660 1/min. The twin says better after 32 replications. Its risk is low: no rule gives it a higher class.","verdict":"243927443524df3ec26087a3ed8a2874806b2db4d7ae46e81c576a31a8472bbc"}','86b8f6db6fcc3ce565ae3c6d9c65be2992b055277ab48e8a2a0918974460b3eb','b188830ef113d3d7b1a4a118eaef8fad4b3329f56c1227dae697d831afb29c5f');
INSERT INTO "audit" VALUES(24,'2026-11-23T06:03:00.000000+00:00','kim','signed','p-00003','{"signature":"22ed1c1c031f6627af14444ac94ae341c42d0f2361b9248c6629db706ba487bb","text":"kim signs, meaning ''approved for writing'' (1 of 1; low risk: no rule gives it a higher class)."}','b188830ef113d3d7b1a4a118eaef8fad4b3329f56c1227dae697d831afb29c5f','e5d23fc3bd94327b854d77cffa8aefd2cadd40aa620d1b5fc2e1791417b327d5');
INSERT INTO "audit" VALUES(25,'2026-11-23T06:03:00.000000+00:00','kim','approved','p-00003','{"approval":"e10753cd2c5b4afd1ed7d8c5af5d05a10ef118dfcd2633cfbd48241b163558a2","binding":"eb3e7fc8fc0a33af9278bec3473dc1dd5861f9388a64ea13059cf605ad0b1865","text":"kim approves, meaning ''approved for writing'', until 06:13:00 UTC."}','e5d23fc3bd94327b854d77cffa8aefd2cadd40aa620d1b5fc2e1791417b327d5','cba9bff50b6617bb2a322e7aba1ec4f04cc0901be946a81d5b8549e0474fc4f5');
INSERT INTO "audit" VALUES(26,'2026-11-23T06:03:00.000000+00:00','executor','claimed','p-00003','{"approval":"a-p-00003","before":{"labeller.speed_per_min":675.0},"epoch":1,"text":"All 20 checks passed on fresh data. About to write labeller.speed_per_min from 675 1/min to 660 1/min."}','cba9bff50b6617bb2a322e7aba1ec4f04cc0901be946a81d5b8549e0474fc4f5','80a29a458e7f6176d2c364b37aa3790b63a70748dd433adfe03535fd010e267d');
INSERT INTO "audit" VALUES(27,'2026-11-23T06:03:00.000000+00:00','executor','sent','p-00003','{"direction":"apply","epoch":1,"step":0,"text":"Writing labeller.speed_per_min = 660 1/min."}','80a29a458e7f6176d2c364b37aa3790b63a70748dd433adfe03535fd010e267d','313f78b67a6c677e0cef8b27e21ad3fc8cccca7a4c7195fdbfa008c000d43441');
INSERT INTO "audit" VALUES(28,'2026-11-23T06:03:02.100000+00:00','executor','read_back','p-00003','{"direction":"apply","receipt":"6b95054ce3660d5210eb8383dfafec74674b2a5de98b6de5ad3c68b230f73555","text":"labeller.speed_per_min reads back 664 1/min: different (server: Good)."}','313f78b67a6c677e0cef8b27e21ad3fc8cccca7a4c7195fdbfa008c000d43441','549bce87cd914e1bbe402351fc78de3798a2a94a9007ca6209941a98df1bf288');
INSERT INTO "audit" VALUES(29,'2026-11-23T06:03:02.100000+00:00','executor','ended','p-00003','{"outcome":"9c4b08909b71d619f590c1825ccac632f89057082e421d60c14f0893fccb6224","status":"unknown","text":"labeller.speed_per_min was 675 1/min, was sent 660 1/min and reads back 664 1/min: clamped, or changed by somebody. Its tags are locked until a person resolves it."}','549bce87cd914e1bbe402351fc78de3798a2a94a9007ca6209941a98df1bf288','2c5cb0c82398fa3733517c342f12dfa3c7d7a16db50125653cae00ff4796c2d3');
INSERT INTO "audit" VALUES(30,'2026-11-23T06:03:02.100000+00:00','lee','resolved','p-00003','{"outcome":"a88a7fdd363ac1f6fc08313a74fa8a2d4744f2df47d6c23f8271217a3c7649b2","status":"verified","text":"lee found: the panel shows 660"}','2c5cb0c82398fa3733517c342f12dfa3c7d7a16db50125653cae00ff4796c2d3','e97e2a3939f5c53b3cf7eb7bf80c1e39e960ab42c7d6086223e106557ed450eb');
INSERT INTO "audit" VALUES(31,'2026-11-23T06:04:02.100000+00:00','agent:solver','submitted','p-00004','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","risk: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","simultaneous: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","state: passed","approval: passed"],"draft":"0399cdee175fa48470fda6abcfd70fef70a4cbf1d9c21cb21417fff74bb1f940","plan":"fbd090f38c10c314efc54f48ed05c2ee1ab71ce535ed516802eec85df6a44d4c","text":"agent:solver proposes filler.speed_per_min from 580 1/min to 570 1/min. The twin says better after 32 replications. Its risk is low: no rule gives it a higher class.","verdict":"35807c3bbbdfabc2e3cd7db8eadbb3e301f8f5171e27a946806ea7f32d6a15a9"}','e97e2a3939f5c53b3cf7eb7bf80c1e39e960ab42c7d6086223e106557ed450eb','cd47597df68f6e2a11ec1b245b2cce295fea0ee1af1215ad548375e44f9fbb35');
INSERT INTO "audit" VALUES(32,'2026-11-23T06:04:02.100000+00:00','lee','rejected','p-00004','{"outcome":"643a2f861a179dd9611fdd5c8faaad0939d44da68461718edc78065e9d89ab24","status":"rejected","text":"lee rejects it: not before the audit"}','cd47597df68f6e2a11ec1b245b2cce295fea0ee1af1215ad548375e44f9fbb35','b6b5a1c0d3388ae330ea2939b887356860bce6986b1192cdaa5f2816af31f34e');
INSERT INTO "audit" VALUES(33,'2026-11-23T06:04:02.100000+00:00','agent:solver','submitted','p-00005','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","risk: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","simultaneous: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","state: passed","approval: passed"],"draft":"34fc4fd6e6200464038fa951516794e7ef5f4bae2f070743d8a29912d6ae9178","plan":"d975aac962f97f50c2eeb6c5dd9ea008823d303335a0a7b905711f9f4bd18e83","text":"agent:solver proposes filler.speed_per_min from 580 1/min to 570 1/min. The twin says better after 32 replications. Its risk is low: no rule gives it a higher class.","verdict":"2a4eb145720a635feceb23493926e2b7fdb65a67474ebd7345d439a6daf33ab2"}','b6b5a1c0d3388ae330ea2939b887356860bce6986b1192cdaa5f2816af31f34e','35c8df2a305ae256c3bd798b7d1ac998c7d06a3446f4565903f4bf86d4511a41');
INSERT INTO "audit" VALUES(34,'2026-11-23T06:04:02.100000+00:00','kim','signed','p-00005','{"signature":"af6b8c0aad26df456d63e79eb2539d38b5aadac36573b10a4b1f3b8ea10fdc19","text":"kim signs, meaning ''approved for writing'' (1 of 1; low risk: no rule gives it a higher class)."}','35c8df2a305ae256c3bd798b7d1ac998c7d06a3446f4565903f4bf86d4511a41','828ddaf3a4cb38c99e4dbb08d73a42080061407b875fbdae575b24a1d03d7748');
INSERT INTO "audit" VALUES(35,'2026-11-23T06:04:02.100000+00:00','kim','approved','p-00005','{"approval":"8e0d993efa3cac829d9e80166051bbf95142a31b48ddf7aeee232a1217bb69a8","binding":"db2fb6789daf403686b1d20c29ad697f6a9a17bd0cc3bfee54bbd04b98c19782","text":"kim approves IN AN EMERGENCY, to be reviewed by somebody else,, meaning ''approved for writing'', until 06:14:02 UTC."}','828ddaf3a4cb38c99e4dbb08d73a42080061407b875fbdae575b24a1d03d7748','99033d9a9005046a9b959a16a20fd4f50c207d1d01761001f9813a4f96fc2902');
INSERT INTO "audit" VALUES(36,'2026-11-23T06:04:02.100000+00:00','executor','claimed','p-00005','{"approval":"a-p-00005","before":{"filler.speed_per_min":580.0},"epoch":1,"text":"All 20 checks passed on fresh data. About to write filler.speed_per_min from 580 1/min to 570 1/min."}','99033d9a9005046a9b959a16a20fd4f50c207d1d01761001f9813a4f96fc2902','573a6dafd21e5c19000e1c71188cbcba876457b3109c333a259e38e0d72bf75f');
INSERT INTO "audit" VALUES(37,'2026-11-23T06:04:02.100000+00:00','executor','sent','p-00005','{"direction":"apply","epoch":1,"step":0,"text":"Writing filler.speed_per_min = 570 1/min."}','573a6dafd21e5c19000e1c71188cbcba876457b3109c333a259e38e0d72bf75f','c7ef1a755a60c7e891b09b90d4a0751527021fae90644efeb5d51ef6d18321d1');
INSERT INTO "audit" VALUES(38,'2026-11-23T06:04:02.100000+00:00','executor','read_back','p-00005','{"direction":"apply","receipt":"f2e7cdcc0a50be7c9d9472dbd9f6fbbbb9d6fd3cb170c1dfd2767c47b967b9d7","text":"filler.speed_per_min reads back 570 1/min: applied (server: Good)."}','c7ef1a755a60c7e891b09b90d4a0751527021fae90644efeb5d51ef6d18321d1','43e3043a72518fdaabc3ece853884366a37a3a96b1a57c24a3f0b13065bffb4d');
INSERT INTO "audit" VALUES(39,'2026-11-23T06:04:02.100000+00:00','executor','applied','p-00005','{"text":"Applied at 222500 s of plant time; waiting for the machine to follow."}','43e3043a72518fdaabc3ece853884366a37a3a96b1a57c24a3f0b13065bffb4d','d88115d4da1830f6a99776606b0d8f70b31cda653b31e38d730bf42a9904e42a');
INSERT INTO "audit" VALUES(40,'2026-11-23T06:04:02.100000+00:00','executor','watching','p-00005','{"text":"The machine follows. Settling for 300 s, then measuring throughput_per_h for 2400 s of plant time against 1400 to 1500."}','d88115d4da1830f6a99776606b0d8f70b31cda653b31e38d730bf42a9904e42a','bc8fec0eaae5649aae0b4c51b1bbf6581fd36910c9b9fd2fab9d570e404af7cd');
INSERT INTO "audit" VALUES(41,'2026-11-23T06:04:02.100000+00:00','executor','ended','p-00005','{"outcome":"3fdadbc301cc670385324aea097aa4c48d1de19125b84b4515aed70d4dc1d4a0","status":"verified","text":"throughput_per_h was 1450 1/h from 222800 s to 225200 s of plant time; promised were 1400 to 1500 1/h (90%): kept."}','bc8fec0eaae5649aae0b4c51b1bbf6581fd36910c9b9fd2fab9d570e404af7cd','1501c9dbfcea27b7c5a8a22400bbb7af2ad7d52dccc6f86946807159b6c83724');
INSERT INTO "audit" VALUES(42,'2026-11-23T06:04:02.100000+00:00','park','reviewed','p-00005','{"text":"park reviews the emergency approval by kim: it was right"}','1501c9dbfcea27b7c5a8a22400bbb7af2ad7d52dccc6f86946807159b6c83724','7e9cc3add549ef9dbbf433dc0df0db9210f3b6bf859019b457a9462754078931');
INSERT INTO "audit" VALUES(43,'2026-11-23T06:04:02.100000+00:00','lead','autonomy','line','{"text":"lead sets the line from ''approve'' to ''advise'': audit week."}','7e9cc3add549ef9dbbf433dc0df0db9210f3b6bf859019b457a9462754078931','921545d9ff3453ab21eb3e15d600175ee3b765c6b2f6a9a60d2809d2680f943d');
INSERT INTO "audit" VALUES(44,'2026-11-23T06:04:02.100000+00:00','lead','autonomy','line','{"text":"lead sets the line from ''advise'' to ''approve'': audit is over."}','921545d9ff3453ab21eb3e15d600175ee3b765c6b2f6a9a60d2809d2680f943d','08873b708d7fb471180d45f60d994f117e3e13eb876bb9820c9ccfbedf74f087');
INSERT INTO "audit" VALUES(45,'2026-11-23T06:04:02.100000+00:00','lead','granted','standing-1','{"standing":"b0c3474875c114b54a0d9ff1f4b6d9542cd7a46848daf25f1ca347d886897e6d","text":"lead grants ahead until 2026-12-23 06:00:00: small steps of the labeller."}','08873b708d7fb471180d45f60d994f117e3e13eb876bb9820c9ccfbedf74f087','d4a506c36c75c81d04360e0ef72a903a64ecea1f800c25cbef7c549a130fbe35');
INSERT INTO "audit" VALUES(46,'2026-11-23T06:04:02.100000+00:00','agent:solver','submitted','p-00006','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","risk: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","simultaneous: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","state: passed","approval: passed"],"draft":"cbcf7d6382400a0f3e6c778bed46815b406e4ce9614bb9acaae05ff0897f28fa","plan":"88857f4f8c703daece0970693adcf36f1e734272a9821ff09b770b5c526d764b","text":"agent:solver proposes line.order_sequence from o02, o03, o04, o05, o06, o07, … (9 in all) to o03, o02, o04, o05, o06, o07, … (9 in all). The twin says better after 32 replications. Its risk is medium: the orders are rearranged.","verdict":"962bb8f89a814d36e0761a9c383741d7867ac78fe5e8d1f0f8c4b493325582cb"}','d4a506c36c75c81d04360e0ef72a903a64ecea1f800c25cbef7c549a130fbe35','1e90e4f863d0b2cceb518eb5c459f871e78d998ed37b2875df70d8ae1ac68b3e');
INSERT INTO "audit" VALUES(47,'2026-11-23T06:04:02.100000+00:00','kim','signed','p-00006','{"signature":"7b0f87c20710a8eea498bf431a6e8ceeb8264b0c7571e9f27e504372c33f2ed9","text":"kim signs, meaning ''approved for writing'' (1 of 1; medium risk: the orders are rearranged)."}','1e90e4f863d0b2cceb518eb5c459f871e78d998ed37b2875df70d8ae1ac68b3e','b5a85f55aa448ba6318e8584166f44b048456a39c1e21f8aea53ed441a1a358b');
INSERT INTO "audit" VALUES(48,'2026-11-23T06:04:02.100000+00:00','kim','approved','p-00006','{"approval":"b835305dcbb60275fa14d29693be37acda705ecc5ae7fce9e2d90ace661cf955","binding":"a9f63c7ab94aa87139fc39ecfebbe48cc09a19e2f37060e43477d8949425ff9b","text":"kim approves, meaning ''approved for writing'', until 06:14:02 UTC."}','b5a85f55aa448ba6318e8584166f44b048456a39c1e21f8aea53ed441a1a358b','8b93885a01d83762357f106d9ec5ba5e48cae6fea6017cad0b7061f224695d99');
INSERT INTO "audit" VALUES(49,'2026-11-23T06:04:02.100000+00:00','executor','instructed','p-00006','{"text":"On the work list: Make the waiting orders in this sequence: o03, o02, o04, o05, o06, o07, … (9 in all) (planned: o02, o03, o04, o05, o06, o07, … (9 in all))."}','8b93885a01d83762357f106d9ec5ba5e48cae6fea6017cad0b7061f224695d99','1951b2f988b2ffd23d857626d9d6f01f17af508393f18ff8bf27e58e48e9badc');
INSERT INTO "audit" VALUES(50,'2026-11-23T06:04:02.100000+00:00','park','acknowledged','p-00006','{"text":"park takes it on: Make the waiting orders in this sequence: o03, o02, o04, o05, o06, o07, … (9 in all) (planned: o02, o03, o04, o05, o06, o07, … (9 in all))."}','1951b2f988b2ffd23d857626d9d6f01f17af508393f18ff8bf27e58e48e9badc','b7ceba93d7b69352eaa8a48086d1ef7e05e58a73fa5d111bb6b0c1a93b711208');
INSERT INTO "audit" VALUES(51,'2026-11-23T06:05:02.100000+00:00','agent:solver','submitted','p-00007','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","risk: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","simultaneous: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","state: passed","approval: passed"],"draft":"adbc35cfc018d619f05370a428466b051358981f9ee1179e3dfb8ee0fec6d55d","plan":"250f52b6503676d2dbace6cfeeed1b4750ad81b6c892e32133f059be9729bb30","text":"agent:solver proposes labeller.speed_per_min from 660 1/min to 655 1/min. The twin says better after 32 replications. Its risk is low: no rule gives it a higher class.","verdict":"bd829b566ded70945da8072cadc9d1708d886da075de5df181e2db0e0c21c9f5"}','b7ceba93d7b69352eaa8a48086d1ef7e05e58a73fa5d111bb6b0c1a93b711208','be33782388565218342626f210cc56d0ea0a8581acab9618970e0ae293d8598c');
INSERT INTO "audit" VALUES(52,'2026-11-23T06:05:02.100000+00:00','kim','signed','p-00007','{"signature":"3a25fa5edd1bb003af539c2a89bc5af5b9faeb9fa8150886f5a785422f0dd93f","text":"kim signs, meaning ''approved for writing'' (1 of 1; low risk: no rule gives it a higher class)."}','be33782388565218342626f210cc56d0ea0a8581acab9618970e0ae293d8598c','1edb5fa3cd55d3a764ca96e6f933582189c2153a75e287940c8283a568f668b2');
INSERT INTO "audit" VALUES(53,'2026-11-23T06:05:02.100000+00:00','kim','approved','p-00007','{"approval":"40c1e2c11fc2af2e1e0f067381fff5923896864d4ca6ecedf2107add7fe48c80","binding":"7091dcb9aef450dc90aa79333363f3245c4500ad1434311fafcea69af3d9d9b0","text":"kim approves, meaning ''approved for writing'', until 06:15:02 UTC."}','1edb5fa3cd55d3a764ca96e6f933582189c2153a75e287940c8283a568f668b2','e1de3d0f846c110a37669cccd92be5ee3e77ec58a86acad9d27e9ee695db8161');
INSERT INTO "audit" VALUES(54,'2026-11-23T06:05:02.100000+00:00','executor','claimed','p-00007','{"approval":"a-p-00007","before":{"labeller.speed_per_min":660.0},"epoch":1,"text":"All 20 checks passed on fresh data. About to write labeller.speed_per_min from 660 1/min to 655 1/min."}','e1de3d0f846c110a37669cccd92be5ee3e77ec58a86acad9d27e9ee695db8161','5a35948e6c7839e67ee012f022fc82dbd340915fb9da5840bb83f9cb9047ac14');
INSERT INTO "audit" VALUES(55,'2026-11-23T06:05:02.100000+00:00','executor','sent','p-00007','{"direction":"apply","epoch":1,"step":0,"text":"Writing labeller.speed_per_min = 655 1/min."}','5a35948e6c7839e67ee012f022fc82dbd340915fb9da5840bb83f9cb9047ac14','b1e1b7ad2f8104bf7ca010d14178deeb2d1bd8298ece25af81350d5970000384');
INSERT INTO "audit" VALUES(56,'2026-11-23T06:05:02.100000+00:00','executor','read_back','p-00007','{"direction":"apply","receipt":"cc39ea704e9f32ee0cd144f419a9e23fd74ac5bda9027fbf48157c6631c948a2","text":"labeller.speed_per_min reads back 655 1/min: applied (server: Good)."}','b1e1b7ad2f8104bf7ca010d14178deeb2d1bd8298ece25af81350d5970000384','224aa6da0425b439faacd0e4b56d1b823ace28c90a4daba5adc63a5866830bb6');
INSERT INTO "audit" VALUES(57,'2026-11-23T06:05:02.100000+00:00','executor','applied','p-00007','{"text":"Applied at 270600 s of plant time; waiting for the machine to follow."}','224aa6da0425b439faacd0e4b56d1b823ace28c90a4daba5adc63a5866830bb6','439ace4530c585b91b22a1d40aac3f77884a8ee15d01de48244dfdc84f3d674b');
INSERT INTO "audit" VALUES(58,'2026-11-23T06:05:02.100000+00:00','executor','watching','p-00007','{"text":"The machine follows. Settling for 300 s, then measuring throughput_per_h for 2400 s of plant time against 1400 to 1500."}','439ace4530c585b91b22a1d40aac3f77884a8ee15d01de48244dfdc84f3d674b','9540cf5c261251e35222716d0741aee103d0308439192c8e3641111f08858e61');
INSERT INTO "audit" VALUES(59,'2026-11-23T06:05:02.100000+00:00','agent:solver','submitted','p-00008','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","risk: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","simultaneous: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","state: passed","approval: passed"],"draft":"723954a9dc9af79718dbba603ae9b94add422882003d789108b09089bda256c3","plan":"f04569003402ff38c77668301be88c858e04d1075695f6b11d1c5d3dbddcacf4","text":"agent:solver proposes filler.speed_per_min from 570 1/min to 560 1/min. The twin says better after 32 replications. Its risk is low: no rule gives it a higher class.","verdict":"df44b3638b50fd15e8f066a5ecf640a5549467667ee57b3446589fd5fbccd99b"}','9540cf5c261251e35222716d0741aee103d0308439192c8e3641111f08858e61','d4b02e23d7a8ce2a2b0af1045f089af1e0a2d77e9ece805e9502d9173597f262');
INSERT INTO "audit" VALUES(60,'2026-11-23T06:05:02.100000+00:00','kim','signed','p-00008','{"signature":"6c722a837925823ba38867854aed4dcf3d9d5823091436c3195799ee09d6a40c","text":"kim signs, meaning ''approved for writing'' (1 of 1; low risk: no rule gives it a higher class)."}','d4b02e23d7a8ce2a2b0af1045f089af1e0a2d77e9ece805e9502d9173597f262','73831b1be953f3d77c17877d99a0f2e11b63d68a93156778f33f0973005e7b5c');
INSERT INTO "audit" VALUES(61,'2026-11-23T06:05:02.100000+00:00','kim','approved','p-00008','{"approval":"4c5dfb95441cb4830ec312217c5ec91e3002922fcde1325a9accdbda8b8e7f24","binding":"f353b7729685a34340944f5a76595627f3cd29fa2974fb5af6e0e44e27a0b059","text":"kim approves, meaning ''approved for writing'', until 06:15:02 UTC."}','73831b1be953f3d77c17877d99a0f2e11b63d68a93156778f33f0973005e7b5c','1acb679e8562915990eab79c90ab3e08f08184325f753fe98f1cee4036d03ff9');
INSERT INTO "audit" VALUES(62,'2026-11-23T06:05:02.100000+00:00','park','held','agents','{"text":"From now on the agents are held by park since 06:05:02 (too many proposals)."}','1acb679e8562915990eab79c90ab3e08f08184325f753fe98f1cee4036d03ff9','a8a71ecbc649df669b6fb87d98b86749299a736ac9638e5a44e65df32c49d169');
CREATE TABLE autonomy (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    level  TEXT NOT NULL CHECK (level IN ('observe', 'advise', 'approve', 'bounded_auto')),
    who    TEXT NOT NULL CHECK (lower(trim(who)) NOT LIKE 'agent:%'),
    reason TEXT NOT NULL,
    at     TEXT NOT NULL
) STRICT;
INSERT INTO "autonomy" VALUES(1,'approve','lead','audit is over','2026-11-23T06:04:02.100000+00:00');
CREATE TABLE claims (
    proposal_id TEXT PRIMARY KEY REFERENCES proposals (id),
    approval_id TEXT NOT NULL UNIQUE REFERENCES approvals (id),
    epoch       INTEGER NOT NULL,
    before      TEXT NOT NULL,
    at          TEXT NOT NULL
) STRICT;
INSERT INTO "claims" VALUES('p-00001','a-p-00001',1,'{"filler.speed_per_min":600.0}','2026-11-23T06:01:00.000000+00:00');
INSERT INTO "claims" VALUES('p-00002','a-p-00002',1,'{"labeller.speed_per_min":675.0}','2026-11-23T06:02:00.000000+00:00');
INSERT INTO "claims" VALUES('p-00003','a-p-00003',1,'{"labeller.speed_per_min":675.0}','2026-11-23T06:03:00.000000+00:00');
INSERT INTO "claims" VALUES('p-00005','a-p-00005',1,'{"filler.speed_per_min":580.0}','2026-11-23T06:04:02.100000+00:00');
INSERT INTO "claims" VALUES('p-00006','a-p-00006',1,'{"line.order_sequence":["o02","o03","o04","o05","o06","o07","o08","o09","o10"]}','2026-11-23T06:04:02.100000+00:00');
INSERT INTO "claims" VALUES('p-00007','a-p-00007',1,'{"labeller.speed_per_min":660.0}','2026-11-23T06:05:02.100000+00:00');
CREATE TABLE holds (
    scope  TEXT PRIMARY KEY CHECK (scope IN ('all', 'agents')),
    who    TEXT NOT NULL,
    reason TEXT NOT NULL,
    at     TEXT NOT NULL
) STRICT;
INSERT INTO "holds" VALUES('agents','park','too many proposals','2026-11-23T06:05:02.100000+00:00');
CREATE TABLE instructions (
    proposal_id     TEXT PRIMARY KEY REFERENCES claims (proposal_id),
    instructed_s    REAL NOT NULL,
    due_at          TEXT NOT NULL,
    acknowledged_by TEXT CHECK (acknowledged_by IS NULL OR lower(trim(acknowledged_by)) NOT LIKE 'agent:%'),
    acknowledged_s  REAL,
    done_by_at      TEXT,
    observed_s      REAL
) STRICT;
INSERT INTO "instructions" VALUES('p-00006',230600.0,'2026-11-23T10:04:02.100000+00:00','park',230600.0,'2026-11-23T10:04:02.100000+00:00',NULL);
CREATE TABLE lifecycle (before TEXT NOT NULL, after TEXT NOT NULL, PRIMARY KEY (before, after)) STRICT, WITHOUT ROWID;
INSERT INTO "lifecycle" VALUES('acknowledged','not_applied');
INSERT INTO "lifecycle" VALUES('acknowledged','observed');
INSERT INTO "lifecycle" VALUES('acknowledged','unknown');
INSERT INTO "lifecycle" VALUES('applied','rolled_back');
INSERT INTO "lifecycle" VALUES('applied','unknown');
INSERT INTO "lifecycle" VALUES('applied','watching');
INSERT INTO "lifecycle" VALUES('approved','claimed');
INSERT INTO "lifecycle" VALUES('approved','expired');
INSERT INTO "lifecycle" VALUES('approved','instructed');
INSERT INTO "lifecycle" VALUES('approved','not_applied');
INSERT INTO "lifecycle" VALUES('approved','withdrawn');
INSERT INTO "lifecycle" VALUES('claimed','not_applied');
INSERT INTO "lifecycle" VALUES('claimed','sent');
INSERT INTO "lifecycle" VALUES('claimed','unknown');
INSERT INTO "lifecycle" VALUES('instructed','acknowledged');
INSERT INTO "lifecycle" VALUES('instructed','expired');
INSERT INTO "lifecycle" VALUES('instructed','not_applied');
INSERT INTO "lifecycle" VALUES('instructed','withdrawn');
INSERT INTO "lifecycle" VALUES('judged','approved');
INSERT INTO "lifecycle" VALUES('judged','expired');
INSERT INTO "lifecycle" VALUES('judged','rejected');
INSERT INTO "lifecycle" VALUES('judged','withdrawn');
INSERT INTO "lifecycle" VALUES('observed','unknown');
INSERT INTO "lifecycle" VALUES('observed','verified');
INSERT INTO "lifecycle" VALUES('proposed','judged');
INSERT INTO "lifecycle" VALUES('sent','applied');
INSERT INTO "lifecycle" VALUES('sent','not_applied');
INSERT INTO "lifecycle" VALUES('sent','rolled_back');
INSERT INTO "lifecycle" VALUES('sent','unknown');
INSERT INTO "lifecycle" VALUES('unknown','not_applied');
INSERT INTO "lifecycle" VALUES('unknown','rolled_back');
INSERT INTO "lifecycle" VALUES('unknown','verified');
INSERT INTO "lifecycle" VALUES('watching','rolled_back');
INSERT INTO "lifecycle" VALUES('watching','unknown');
INSERT INTO "lifecycle" VALUES('watching','verified');
CREATE TABLE outcomes (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    proposal_id TEXT NOT NULL REFERENCES proposals (id),
    body        TEXT NOT NULL
) STRICT;
INSERT INTO "outcomes" VALUES(1,'p-00001','{"at":"2026-11-23T06:01:00Z","explanation":"throughput_per_h was 1450 1/h from 43900 s to 46300 s of plant time; promised were 1400 to 1500 1/h (90%): kept.","kept":true,"measured":{"end_s":46300.0,"kpi":"throughput_per_h","samples":10,"start_s":43900.0,"sufficient":true,"value":1450.0},"promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"proposal_id":"p-00001","status":"verified"}');
INSERT INTO "outcomes" VALUES(2,'p-00002','{"at":"2026-11-23T06:02:00Z","explanation":"throughput_per_h was 1000 1/h from 92000 s to 94400 s of plant time; promised were 1400 to 1500 1/h (90%): broken on the harmful side. Put back and read back: labeller.speed_per_min = 675 1/min.","kept":false,"measured":{"end_s":94400.0,"kpi":"throughput_per_h","samples":10,"start_s":92000.0,"sufficient":true,"value":1000.0},"promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"proposal_id":"p-00002","status":"rolled_back"}');
INSERT INTO "outcomes" VALUES(3,'p-00003','{"at":"2026-11-23T06:03:02.100000Z","explanation":"labeller.speed_per_min was 675 1/min, was sent 660 1/min and reads back 664 1/min: clamped, or changed by somebody. Its tags are locked until a person resolves it.","kept":null,"measured":null,"promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"proposal_id":"p-00003","status":"unknown"}');
INSERT INTO "outcomes" VALUES(4,'p-00003','{"at":"2026-11-23T06:03:02.100000Z","explanation":"lee found: the panel shows 660","kept":null,"measured":null,"promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"proposal_id":"p-00003","status":"verified"}');
INSERT INTO "outcomes" VALUES(5,'p-00004','{"at":"2026-11-23T06:04:02.100000Z","explanation":"lee rejects it: not before the audit","kept":null,"measured":null,"promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"proposal_id":"p-00004","status":"rejected"}');
INSERT INTO "outcomes" VALUES(6,'p-00005','{"at":"2026-11-23T06:04:02.100000Z","explanation":"throughput_per_h was 1450 1/h from 222800 s to 225200 s of plant time; promised were 1400 to 1500 1/h (90%): kept.","kept":true,"measured":{"end_s":225200.0,"kpi":"throughput_per_h","samples":10,"start_s":222800.0,"sufficient":true,"value":1450.0},"promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"proposal_id":"p-00005","status":"verified"}');
CREATE TABLE proposals (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    plant      TEXT NOT NULL,
    draft_id   TEXT NOT NULL UNIQUE,
    status     TEXT NOT NULL,
    reason     TEXT NOT NULL DEFAULT '',
    draft      TEXT NOT NULL,
    verdict    TEXT NOT NULL,
    plan       TEXT NOT NULL,
    plan_hash  TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    updated_at TEXT NOT NULL
) STRICT;
INSERT INTO "proposals" VALUES(1,'p-00001','bottling','draft-0001','verified','throughput_per_h was 1450 1/h from 43900 s to 46300 s of plant time; promised were 1400 to 1500 1/h (90%): kept.','{"alternatives":[],"author":"agent:solver","changes":[{"alias":"filler.speed_per_min","kind":"set_parameter","value":580.0}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-0001","notes":[],"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"8f6938b14d4ddefd2c965e100263b5db5e37629d344df7281305ae426cc3b03c","draft_id":"draft-0001","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-0001","plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":43600.0}','{"approvers":1,"basis":[{"alias":"depalletiser.unit_mode","tolerance":0.0,"value":1},{"alias":"depalletiser.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"filler.unit_mode","tolerance":0.0,"value":1},{"alias":"filler.speed_per_min","tolerance":0.5,"value":600.0},{"alias":"capper.unit_mode","tolerance":0.0,"value":1},{"alias":"capper.speed_per_min","tolerance":0.5,"value":640.0},{"alias":"labeller.unit_mode","tolerance":0.0,"value":1},{"alias":"labeller.speed_per_min","tolerance":0.5,"value":675.0},{"alias":"packer.unit_mode","tolerance":0.0,"value":1},{"alias":"packer.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"palletiser.unit_mode","tolerance":0.0,"value":1}],"carried_out_by":"executor","id":"plan-8f6938b14d4ddefd2c965e10","judged_s":43600.0,"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"reauthenticate":false,"risk":"low","risk_because":"no rule gives it a higher class","state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":"filler.speed_per_min.actual","alias":"filler.speed_per_min","before":600.0,"reach_s":180.0,"stage":1,"stages":1,"target":580.0,"tolerance":0.5,"unit":"1/min"}],"verdict_hash":"c323407612c3758977c08263e14a365c1a303bca75ccf3fee1abf72ef57cfd94"}','e94fae64fe36e3bafd87f1ded236d83d0c4c7f7f4bb7bc8f9e3f0bd6785c1a1e','2026-11-23T06:01:00.000000+00:00','2026-11-23T06:31:00.000000+00:00','kim','2026-11-23T06:01:00.000000+00:00','2026-11-23T06:01:00.000000+00:00');
INSERT INTO "proposals" VALUES(2,'p-00002','bottling','draft-0002','rolled_back','throughput_per_h was 1000 1/h from 92000 s to 94400 s of plant time; promised were 1400 to 1500 1/h (90%): broken on the harmful side. Put back and read back: labeller.speed_per_min = 675 1/min.','{"alternatives":[],"author":"agent:solver","changes":[{"alias":"labeller.speed_per_min","kind":"set_parameter","value":660.0}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-0002","notes":[],"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"e4005fa6f664c8bd28fd5c638d2dd839a1b0d71365faad037602706fba41fdc7","draft_id":"draft-0002","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-0002","plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":91700.0}','{"approvers":1,"basis":[{"alias":"depalletiser.unit_mode","tolerance":0.0,"value":1},{"alias":"depalletiser.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"filler.unit_mode","tolerance":0.0,"value":1},{"alias":"filler.speed_per_min","tolerance":0.5,"value":580.0},{"alias":"capper.unit_mode","tolerance":0.0,"value":1},{"alias":"capper.speed_per_min","tolerance":0.5,"value":640.0},{"alias":"labeller.unit_mode","tolerance":0.0,"value":1},{"alias":"labeller.speed_per_min","tolerance":0.5,"value":675.0},{"alias":"packer.unit_mode","tolerance":0.0,"value":1},{"alias":"packer.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"palletiser.unit_mode","tolerance":0.0,"value":1}],"carried_out_by":"executor","id":"plan-e4005fa6f664c8bd28fd5c63","judged_s":91700.0,"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"reauthenticate":false,"risk":"low","risk_because":"no rule gives it a higher class","state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":"labeller.speed_per_min.actual","alias":"labeller.speed_per_min","before":675.0,"reach_s":180.0,"stage":1,"stages":1,"target":660.0,"tolerance":0.5,"unit":"1/min"}],"verdict_hash":"be96413b70f1f61843b0360c9e4cf65904a718be203bb22a9fdd9194b10610db"}','0d00c33918b4353a3a53e25f1b190f2831b5d01edd007e6f9ad7b78965ca3627','2026-11-23T06:02:00.000000+00:00','2026-11-23T06:32:00.000000+00:00','kim','2026-11-23T06:02:00.000000+00:00','2026-11-23T06:02:00.000000+00:00');
INSERT INTO "proposals" VALUES(3,'p-00003','bottling','draft-0003','verified','lee found: the panel shows 660','{"alternatives":[],"author":"agent:solver","changes":[{"alias":"labeller.speed_per_min","kind":"set_parameter","value":660.0}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-0003","notes":[],"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"713ef0b1acff5c3107cbb26e25fdb32e38d8e4502d41e91dcc545d02df39c44c","draft_id":"draft-0003","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-0003","plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":139800.0}','{"approvers":1,"basis":[{"alias":"depalletiser.unit_mode","tolerance":0.0,"value":1},{"alias":"depalletiser.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"filler.unit_mode","tolerance":0.0,"value":1},{"alias":"filler.speed_per_min","tolerance":0.5,"value":580.0},{"alias":"capper.unit_mode","tolerance":0.0,"value":1},{"alias":"capper.speed_per_min","tolerance":0.5,"value":640.0},{"alias":"labeller.unit_mode","tolerance":0.0,"value":1},{"alias":"labeller.speed_per_min","tolerance":0.5,"value":675.0},{"alias":"packer.unit_mode","tolerance":0.0,"value":1},{"alias":"packer.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"palletiser.unit_mode","tolerance":0.0,"value":1}],"carried_out_by":"executor","id":"plan-713ef0b1acff5c3107cbb26e","judged_s":139800.0,"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"reauthenticate":false,"risk":"low","risk_because":"no rule gives it a higher class","state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":"labeller.speed_per_min.actual","alias":"labeller.speed_per_min","before":675.0,"reach_s":180.0,"stage":1,"stages":1,"target":660.0,"tolerance":0.5,"unit":"1/min"}],"verdict_hash":"243927443524df3ec26087a3ed8a2874806b2db4d7ae46e81c576a31a8472bbc"}','720f24e9c714a4a07ce040a1faa720b3013553ca1c7c9d22b08369f8ca7195af','2026-11-23T06:03:00.000000+00:00','2026-11-23T06:33:00.000000+00:00','kim','2026-11-23T06:03:00.000000+00:00','2026-11-23T06:03:02.100000+00:00');
INSERT INTO "proposals" VALUES(4,'p-00004','bottling','draft-0004','rejected','lee rejects it: not before the audit','{"alternatives":[],"author":"agent:solver","changes":[{"alias":"filler.speed_per_min","kind":"set_parameter","value":570.0}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-0004","notes":[],"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"0399cdee175fa48470fda6abcfd70fef70a4cbf1d9c21cb21417fff74bb1f940","draft_id":"draft-0004","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-0004","plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":182500.0}','{"approvers":1,"basis":[{"alias":"depalletiser.unit_mode","tolerance":0.0,"value":1},{"alias":"depalletiser.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"filler.unit_mode","tolerance":0.0,"value":1},{"alias":"filler.speed_per_min","tolerance":0.5,"value":580.0},{"alias":"capper.unit_mode","tolerance":0.0,"value":1},{"alias":"capper.speed_per_min","tolerance":0.5,"value":640.0},{"alias":"labeller.unit_mode","tolerance":0.0,"value":1},{"alias":"labeller.speed_per_min","tolerance":0.5,"value":660.0},{"alias":"packer.unit_mode","tolerance":0.0,"value":1},{"alias":"packer.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"palletiser.unit_mode","tolerance":0.0,"value":1}],"carried_out_by":"executor","id":"plan-0399cdee175fa48470fda6ab","judged_s":182500.0,"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"reauthenticate":false,"risk":"low","risk_because":"no rule gives it a higher class","state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":"filler.speed_per_min.actual","alias":"filler.speed_per_min","before":580.0,"reach_s":180.0,"stage":1,"stages":1,"target":570.0,"tolerance":0.5,"unit":"1/min"}],"verdict_hash":"35807c3bbbdfabc2e3cd7db8eadbb3e301f8f5171e27a946806ea7f32d6a15a9"}','fbd090f38c10c314efc54f48ed05c2ee1ab71ce535ed516802eec85df6a44d4c','2026-11-23T06:04:02.100000+00:00','2026-11-23T06:34:02.100000+00:00','lee','2026-11-23T06:04:02.100000+00:00','2026-11-23T06:04:02.100000+00:00');
INSERT INTO "proposals" VALUES(5,'p-00005','bottling','draft-hurry','verified','throughput_per_h was 1450 1/h from 222800 s to 225200 s of plant time; promised were 1400 to 1500 1/h (90%): kept.','{"alternatives":[],"author":"agent:solver","changes":[{"alias":"filler.speed_per_min","kind":"set_parameter","value":570.0}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-hurry","notes":[],"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"34fc4fd6e6200464038fa951516794e7ef5f4bae2f070743d8a29912d6ae9178","draft_id":"draft-hurry","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-hurry","plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":222500.0}','{"approvers":1,"basis":[{"alias":"depalletiser.unit_mode","tolerance":0.0,"value":1},{"alias":"depalletiser.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"filler.unit_mode","tolerance":0.0,"value":1},{"alias":"filler.speed_per_min","tolerance":0.5,"value":580.0},{"alias":"capper.unit_mode","tolerance":0.0,"value":1},{"alias":"capper.speed_per_min","tolerance":0.5,"value":640.0},{"alias":"labeller.unit_mode","tolerance":0.0,"value":1},{"alias":"labeller.speed_per_min","tolerance":0.5,"value":660.0},{"alias":"packer.unit_mode","tolerance":0.0,"value":1},{"alias":"packer.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"palletiser.unit_mode","tolerance":0.0,"value":1}],"carried_out_by":"executor","id":"plan-34fc4fd6e6200464038fa951","judged_s":222500.0,"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"reauthenticate":false,"risk":"low","risk_because":"no rule gives it a higher class","state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":"filler.speed_per_min.actual","alias":"filler.speed_per_min","before":580.0,"reach_s":180.0,"stage":1,"stages":1,"target":570.0,"tolerance":0.5,"unit":"1/min"}],"verdict_hash":"2a4eb145720a635feceb23493926e2b7fdb65a67474ebd7345d439a6daf33ab2"}','d975aac962f97f50c2eeb6c5dd9ea008823d303335a0a7b905711f9f4bd18e83','2026-11-23T06:04:02.100000+00:00','2026-11-23T06:34:02.100000+00:00','kim','2026-11-23T06:04:02.100000+00:00','2026-11-23T06:04:02.100000+00:00');
INSERT INTO "proposals" VALUES(6,'p-00006','bottling','draft-turn','acknowledged','','{"alternatives":[],"author":"agent:solver","changes":[{"kind":"resequence","orders":["o03","o02","o04","o05","o06","o07","o08","o09","o10"]}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-turn","notes":[],"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"cbcf7d6382400a0f3e6c778bed46815b406e4ce9614bb9acaae05ff0897f28fa","draft_id":"draft-turn","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-turn","plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":230600.0}','{"approvers":1,"basis":[{"alias":"depalletiser.unit_mode","tolerance":0.0,"value":1},{"alias":"depalletiser.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"filler.unit_mode","tolerance":0.0,"value":1},{"alias":"filler.speed_per_min","tolerance":0.5,"value":570.0},{"alias":"capper.unit_mode","tolerance":0.0,"value":1},{"alias":"capper.speed_per_min","tolerance":0.5,"value":640.0},{"alias":"labeller.unit_mode","tolerance":0.0,"value":1},{"alias":"labeller.speed_per_min","tolerance":0.5,"value":660.0},{"alias":"packer.unit_mode","tolerance":0.0,"value":1},{"alias":"packer.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"palletiser.unit_mode","tolerance":0.0,"value":1}],"carried_out_by":"people","id":"plan-cbcf7d6382400a0f3e6c778b","judged_s":230600.0,"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"reauthenticate":false,"risk":"medium","risk_because":"the orders are rearranged","state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":null,"alias":"line.order_sequence","before":["o02","o03","o04","o05","o06","o07","o08","o09","o10"],"reach_s":0.0,"stage":1,"stages":1,"target":["o03","o02","o04","o05","o06","o07","o08","o09","o10"],"tolerance":0.0,"unit":""}],"verdict_hash":"962bb8f89a814d36e0761a9c383741d7867ac78fe5e8d1f0f8c4b493325582cb"}','88857f4f8c703daece0970693adcf36f1e734272a9821ff09b770b5c526d764b','2026-11-23T06:04:02.100000+00:00','2026-11-23T06:34:02.100000+00:00','kim','2026-11-23T06:04:02.100000+00:00','2026-11-23T06:04:02.100000+00:00');
INSERT INTO "proposals" VALUES(7,'p-00007','bottling','draft-0005','watching','','{"alternatives":[],"author":"agent:solver","changes":[{"alias":"labeller.speed_per_min","kind":"set_parameter","value":655.0}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-0005","notes":[],"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"adbc35cfc018d619f05370a428466b051358981f9ee1179e3dfb8ee0fec6d55d","draft_id":"draft-0005","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-0005","plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":270600.0}','{"approvers":1,"basis":[{"alias":"depalletiser.unit_mode","tolerance":0.0,"value":1},{"alias":"depalletiser.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"filler.unit_mode","tolerance":0.0,"value":1},{"alias":"filler.speed_per_min","tolerance":0.5,"value":570.0},{"alias":"capper.unit_mode","tolerance":0.0,"value":1},{"alias":"capper.speed_per_min","tolerance":0.5,"value":640.0},{"alias":"labeller.unit_mode","tolerance":0.0,"value":1},{"alias":"labeller.speed_per_min","tolerance":0.5,"value":660.0},{"alias":"packer.unit_mode","tolerance":0.0,"value":1},{"alias":"packer.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"palletiser.unit_mode","tolerance":0.0,"value":1}],"carried_out_by":"executor","id":"plan-adbc35cfc018d619f05370a4","judged_s":270600.0,"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"reauthenticate":false,"risk":"low","risk_because":"no rule gives it a higher class","state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":"labeller.speed_per_min.actual","alias":"labeller.speed_per_min","before":660.0,"reach_s":180.0,"stage":1,"stages":1,"target":655.0,"tolerance":0.5,"unit":"1/min"}],"verdict_hash":"bd829b566ded70945da8072cadc9d1708d886da075de5df181e2db0e0c21c9f5"}','250f52b6503676d2dbace6cfeeed1b4750ad81b6c892e32133f059be9729bb30','2026-11-23T06:05:02.100000+00:00','2026-11-23T06:35:02.100000+00:00','kim','2026-11-23T06:05:02.100000+00:00','2026-11-23T06:05:02.100000+00:00');
INSERT INTO "proposals" VALUES(8,'p-00008','bottling','draft-last','approved','','{"alternatives":[],"author":"agent:solver","changes":[{"alias":"filler.speed_per_min","kind":"set_parameter","value":560.0}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-last","notes":[],"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"723954a9dc9af79718dbba603ae9b94add422882003d789108b09089bda256c3","draft_id":"draft-last","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-last","plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":270600.0}','{"approvers":1,"basis":[{"alias":"depalletiser.unit_mode","tolerance":0.0,"value":1},{"alias":"depalletiser.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"filler.unit_mode","tolerance":0.0,"value":1},{"alias":"filler.speed_per_min","tolerance":0.5,"value":570.0},{"alias":"capper.unit_mode","tolerance":0.0,"value":1},{"alias":"capper.speed_per_min","tolerance":0.5,"value":640.0},{"alias":"labeller.unit_mode","tolerance":0.0,"value":1},{"alias":"labeller.speed_per_min","tolerance":0.5,"value":655.0},{"alias":"packer.unit_mode","tolerance":0.0,"value":1},{"alias":"packer.speed_per_min","tolerance":0.5,"value":720.0},{"alias":"palletiser.unit_mode","tolerance":0.0,"value":1}],"carried_out_by":"executor","id":"plan-723954a9dc9af79718dbba60","judged_s":270600.0,"plant":"bottling","plant_revision":"1271fdabf9ea518baec9c26e1690eeeafb564b69ab4bec1aeef9d1b36b8e66ea","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"reauthenticate":false,"risk":"low","risk_because":"no rule gives it a higher class","state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":"filler.speed_per_min.actual","alias":"filler.speed_per_min","before":570.0,"reach_s":180.0,"stage":1,"stages":1,"target":560.0,"tolerance":0.5,"unit":"1/min"}],"verdict_hash":"df44b3638b50fd15e8f066a5ecf640a5549467667ee57b3446589fd5fbccd99b"}','f04569003402ff38c77668301be88c858e04d1075695f6b11d1c5d3dbddcacf4','2026-11-23T06:05:02.100000+00:00','2026-11-23T06:35:02.100000+00:00','kim','2026-11-23T06:05:02.100000+00:00','2026-11-23T06:05:02.100000+00:00');
CREATE TABLE reviews (
    proposal_id TEXT PRIMARY KEY REFERENCES approvals (proposal_id),
    approver    TEXT NOT NULL,
    due_at      TEXT NOT NULL,
    reviewer    TEXT,
    finding     TEXT,
    at          TEXT
) STRICT;
INSERT INTO "reviews" VALUES('p-00005','kim','2026-11-23T14:04:02.100000+00:00','park','it was right','2026-11-23T06:04:02.100000+00:00');
CREATE TABLE rollbacks (
    proposal_id TEXT PRIMARY KEY REFERENCES claims (proposal_id),
    why         TEXT NOT NULL,
    ending      TEXT NOT NULL CHECK (ending IN ('rolled_back', 'unknown')),
    measured    TEXT,
    at          TEXT NOT NULL
) STRICT;
INSERT INTO "rollbacks" VALUES('p-00002','throughput_per_h was 1000 1/h from 92000 s to 94400 s of plant time; promised were 1400 to 1500 1/h (90%): broken on the harmful side.','rolled_back','{"end_s":94400.0,"kpi":"throughput_per_h","samples":10,"start_s":92000.0,"sufficient":true,"value":1000.0}','2026-11-23T06:02:00.000000+00:00');
CREATE TABLE signatures (
    proposal_id TEXT NOT NULL REFERENCES proposals (id),
    signer_key  TEXT NOT NULL,
    signer      TEXT NOT NULL,
    plan_hash   TEXT NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (proposal_id, signer_key)
) STRICT;
INSERT INTO "signatures" VALUES('p-00001','kim','kim','e94fae64fe36e3bafd87f1ded236d83d0c4c7f7f4bb7bc8f9e3f0bd6785c1a1e','{"at":"2026-11-23T06:01:00Z","authenticated_at":null,"comment":"","meaning":"approved for writing","plan_hash":"e94fae64fe36e3bafd87f1ded236d83d0c4c7f7f4bb7bc8f9e3f0bd6785c1a1e","proposal_id":"p-00001","signer":"kim","standing_id":null}');
INSERT INTO "signatures" VALUES('p-00002','kim','kim','0d00c33918b4353a3a53e25f1b190f2831b5d01edd007e6f9ad7b78965ca3627','{"at":"2026-11-23T06:02:00Z","authenticated_at":null,"comment":"","meaning":"approved for writing","plan_hash":"0d00c33918b4353a3a53e25f1b190f2831b5d01edd007e6f9ad7b78965ca3627","proposal_id":"p-00002","signer":"kim","standing_id":null}');
INSERT INTO "signatures" VALUES('p-00003','kim','kim','720f24e9c714a4a07ce040a1faa720b3013553ca1c7c9d22b08369f8ca7195af','{"at":"2026-11-23T06:03:00Z","authenticated_at":null,"comment":"","meaning":"approved for writing","plan_hash":"720f24e9c714a4a07ce040a1faa720b3013553ca1c7c9d22b08369f8ca7195af","proposal_id":"p-00003","signer":"kim","standing_id":null}');
INSERT INTO "signatures" VALUES('p-00005','kim','kim','d975aac962f97f50c2eeb6c5dd9ea008823d303335a0a7b905711f9f4bd18e83','{"at":"2026-11-23T06:04:02.100000Z","authenticated_at":"2026-11-23T06:04:02.100000Z","comment":"bottles break","meaning":"approved for writing","plan_hash":"d975aac962f97f50c2eeb6c5dd9ea008823d303335a0a7b905711f9f4bd18e83","proposal_id":"p-00005","signer":"kim","standing_id":null}');
INSERT INTO "signatures" VALUES('p-00006','kim','kim','88857f4f8c703daece0970693adcf36f1e734272a9821ff09b770b5c526d764b','{"at":"2026-11-23T06:04:02.100000Z","authenticated_at":null,"comment":"","meaning":"approved for writing","plan_hash":"88857f4f8c703daece0970693adcf36f1e734272a9821ff09b770b5c526d764b","proposal_id":"p-00006","signer":"kim","standing_id":null}');
INSERT INTO "signatures" VALUES('p-00007','kim','kim','250f52b6503676d2dbace6cfeeed1b4750ad81b6c892e32133f059be9729bb30','{"at":"2026-11-23T06:05:02.100000Z","authenticated_at":null,"comment":"","meaning":"approved for writing","plan_hash":"250f52b6503676d2dbace6cfeeed1b4750ad81b6c892e32133f059be9729bb30","proposal_id":"p-00007","signer":"kim","standing_id":null}');
INSERT INTO "signatures" VALUES('p-00008','kim','kim','f04569003402ff38c77668301be88c858e04d1075695f6b11d1c5d3dbddcacf4','{"at":"2026-11-23T06:05:02.100000Z","authenticated_at":null,"comment":"","meaning":"approved for writing","plan_hash":"f04569003402ff38c77668301be88c858e04d1075695f6b11d1c5d3dbddcacf4","proposal_id":"p-00008","signer":"kim","standing_id":null}');
CREATE TABLE standing (
    id         TEXT PRIMARY KEY,
    expires_at TEXT NOT NULL,
    body       TEXT NOT NULL,
    revoked_by TEXT,
    revoked_at TEXT
) STRICT;
INSERT INTO "standing" VALUES('standing-1','2026-12-23T06:00:00.000000+00:00','{"after_s":60.0,"aliases":["labeller.speed_per_min"],"author":"lead","covers":"changes","created_at":"2026-11-23T06:04:02.100000Z","expires_at":"2026-12-23T06:00:00Z","id":"standing-1","meaning":"small steps of the labeller","plant":"bottling","up_to":"medium"}',NULL,NULL);
CREATE TABLE wall_clock (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    high_at TEXT NOT NULL
) STRICT;
INSERT INTO "wall_clock" VALUES(1,'2026-11-23T06:05:02.100000+00:00');
CREATE TABLE watches (
    proposal_id TEXT PRIMARY KEY REFERENCES claims (proposal_id),
    applied_s   REAL NOT NULL
) STRICT;
INSERT INTO "watches" VALUES('p-00001',43600.0);
INSERT INTO "watches" VALUES('p-00002',91700.0);
INSERT INTO "watches" VALUES('p-00005',222500.0);
INSERT INTO "watches" VALUES('p-00007',270600.0);
CREATE TABLE writer (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    epoch  INTEGER NOT NULL,
    holder TEXT NOT NULL
) STRICT;
INSERT INTO "writer" VALUES(1,1,'service');
CREATE TABLE writes (
    proposal_id TEXT NOT NULL REFERENCES claims (proposal_id),
    step        INTEGER NOT NULL,
    direction   TEXT NOT NULL CHECK (direction IN ('apply', 'restore')),
    alias       TEXT NOT NULL,
    value       TEXT NOT NULL,
    epoch       INTEGER NOT NULL,
    plant_s     REAL,
    at          TEXT NOT NULL,
    receipt     TEXT,
    PRIMARY KEY (proposal_id, step, direction)
) STRICT, WITHOUT ROWID;
INSERT INTO "writes" VALUES('p-00001',0,'apply','filler.speed_per_min','580.0',1,43600.0,'2026-11-23T06:01:00.000000+00:00','{"alias":"filler.speed_per_min","at":"2026-11-23T06:01:00Z","before":600.0,"read_back":580.0,"sent":"applied","server_status":"Good","step":0,"target":580.0}');
INSERT INTO "writes" VALUES('p-00002',0,'apply','labeller.speed_per_min','660.0',1,91700.0,'2026-11-23T06:02:00.000000+00:00','{"alias":"labeller.speed_per_min","at":"2026-11-23T06:02:00Z","before":675.0,"read_back":660.0,"sent":"applied","server_status":"Good","step":0,"target":660.0}');
INSERT INTO "writes" VALUES('p-00002',0,'restore','labeller.speed_per_min','675.0',1,97100.0,'2026-11-23T06:02:00.000000+00:00','{"alias":"labeller.speed_per_min","at":"2026-11-23T06:02:00Z","before":660.0,"read_back":675.0,"sent":"applied","server_status":"Good","step":0,"target":675.0}');
INSERT INTO "writes" VALUES('p-00003',0,'apply','labeller.speed_per_min','660.0',1,139800.0,'2026-11-23T06:03:00.000000+00:00','{"alias":"labeller.speed_per_min","at":"2026-11-23T06:03:02.100000Z","before":675.0,"read_back":664.0,"sent":"different","server_status":"Good","step":0,"target":660.0}');
INSERT INTO "writes" VALUES('p-00005',0,'apply','filler.speed_per_min','570.0',1,222500.0,'2026-11-23T06:04:02.100000+00:00','{"alias":"filler.speed_per_min","at":"2026-11-23T06:04:02.100000Z","before":580.0,"read_back":570.0,"sent":"applied","server_status":"Good","step":0,"target":570.0}');
INSERT INTO "writes" VALUES('p-00007',0,'apply','labeller.speed_per_min','655.0',1,270600.0,'2026-11-23T06:05:02.100000+00:00','{"alias":"labeller.speed_per_min","at":"2026-11-23T06:05:02.100000Z","before":660.0,"read_back":655.0,"sent":"applied","server_status":"Good","step":0,"target":655.0}');
CREATE TRIGGER lifecycle_no_update BEFORE UPDATE ON lifecycle
    BEGIN SELECT RAISE(ABORT, 'the lifecycle table is fixed'); END;
CREATE TRIGGER lifecycle_no_delete BEFORE DELETE ON lifecycle
    BEGIN SELECT RAISE(ABORT, 'the lifecycle table is fixed'); END;
CREATE INDEX proposals_by_status ON proposals (status);
CREATE UNIQUE INDEX one_change_in_flight_a_plant ON proposals (plant)
    WHERE status IN ('claimed', 'sent', 'applied', 'watching');
CREATE TRIGGER proposals_begin BEFORE INSERT ON proposals WHEN NEW.status <> 'proposed'
    BEGIN SELECT RAISE(ABORT, 'a proposal begins as proposed'); END;
CREATE TRIGGER proposals_step BEFORE UPDATE OF status ON proposals
    WHEN NOT EXISTS (SELECT 1 FROM lifecycle WHERE before = OLD.status AND after = NEW.status)
    BEGIN SELECT RAISE(ABORT, 'the lifecycle does not allow this step'); END;
CREATE TRIGGER proposals_content BEFORE UPDATE OF
    number, id, plant, draft_id, draft, verdict, plan, plan_hash, created_at, expires_at ON proposals
    BEGIN SELECT RAISE(ABORT, 'what was proposed cannot be changed'); END;
CREATE TRIGGER proposals_keep BEFORE DELETE ON proposals
    BEGIN SELECT RAISE(ABORT, 'proposals are kept'); END;
CREATE TRIGGER approvals_fixed BEFORE UPDATE ON approvals
    BEGIN SELECT RAISE(ABORT, 'an approval cannot be changed'); END;
CREATE TRIGGER approvals_keep BEFORE DELETE ON approvals
    BEGIN SELECT RAISE(ABORT, 'approvals are kept'); END;
CREATE TRIGGER proposals_approved BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'approved' AND NOT EXISTS (SELECT 1 FROM approvals WHERE proposal_id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'there is no approval'); END;
CREATE TRIGGER standing_fixed BEFORE UPDATE OF id, expires_at, body ON standing
    BEGIN SELECT RAISE(ABORT, 'a standing authorisation cannot be changed; revoke it and grant another'); END;
CREATE TRIGGER standing_revoked_once BEFORE UPDATE ON standing WHEN OLD.revoked_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'it has been revoked before'); END;
CREATE TRIGGER standing_keep BEFORE DELETE ON standing
    BEGIN SELECT RAISE(ABORT, 'standing authorisations are kept'); END;
CREATE TRIGGER writer_epoch_grows BEFORE UPDATE ON writer WHEN NEW.epoch <= OLD.epoch
    BEGIN SELECT RAISE(ABORT, 'an epoch only grows'); END;
CREATE TRIGGER claims_need_an_approval BEFORE INSERT ON claims
    WHEN NOT EXISTS (SELECT 1 FROM approvals
                     WHERE id = NEW.approval_id AND proposal_id = NEW.proposal_id AND expires_at > NEW.at)
    BEGIN SELECT RAISE(ABORT, 'there is no unexpired approval to claim'); END;
CREATE TRIGGER claims_epoch BEFORE INSERT ON claims WHEN NEW.epoch <> (SELECT epoch FROM writer)
    BEGIN SELECT RAISE(ABORT, 'another instance has taken over writing'); END;
CREATE TRIGGER claims_hold BEFORE INSERT ON claims WHEN EXISTS (SELECT 1 FROM holds WHERE scope = 'all')
    BEGIN SELECT RAISE(ABORT, 'all writing is held'); END;
CREATE TRIGGER claims_fixed BEFORE UPDATE ON claims
    BEGIN SELECT RAISE(ABORT, 'a claim cannot be changed'); END;
CREATE TRIGGER claims_keep BEFORE DELETE ON claims
    BEGIN SELECT RAISE(ABORT, 'claims are kept'); END;
CREATE TRIGGER proposals_claimed BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'claimed' AND NOT EXISTS (SELECT 1 FROM claims WHERE proposal_id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'there is no claim'); END;
CREATE INDEX writes_by_alias ON writes (alias);
CREATE TRIGGER writes_need_a_claim BEFORE INSERT ON writes
    WHEN NOT EXISTS (SELECT 1 FROM claims WHERE proposal_id = NEW.proposal_id)
    BEGIN SELECT RAISE(ABORT, 'there is no claim to write under'); END;
CREATE TRIGGER writes_epoch BEFORE INSERT ON writes WHEN NEW.epoch <> (SELECT epoch FROM writer)
    BEGIN SELECT RAISE(ABORT, 'another instance has taken over writing'); END;
CREATE TRIGGER writes_hold BEFORE INSERT ON writes WHEN EXISTS (SELECT 1 FROM holds WHERE scope = 'all')
    BEGIN SELECT RAISE(ABORT, 'all writing is held'); END;
CREATE TRIGGER writes_in_flight BEFORE INSERT ON writes
    WHEN NOT EXISTS (SELECT 1 FROM proposals
                     WHERE id = NEW.proposal_id AND status IN ('claimed', 'sent', 'applied', 'watching'))
    BEGIN SELECT RAISE(ABORT, 'the proposal is not in flight'); END;
CREATE TRIGGER writes_fixed BEFORE UPDATE OF
    proposal_id, step, direction, alias, value, epoch, plant_s, at ON writes
    BEGIN SELECT RAISE(ABORT, 'a write cannot be changed'); END;
CREATE TRIGGER writes_one_receipt BEFORE UPDATE OF receipt ON writes WHEN OLD.receipt IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a receipt cannot be changed'); END;
CREATE TRIGGER writes_keep BEFORE DELETE ON writes
    BEGIN SELECT RAISE(ABORT, 'writes are kept'); END;
CREATE TRIGGER proposals_sent BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'sent' AND NOT EXISTS (SELECT 1 FROM writes WHERE proposal_id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'nothing was recorded as sent'); END;
CREATE TRIGGER watches_fixed BEFORE UPDATE ON watches
    BEGIN SELECT RAISE(ABORT, 'when it was applied cannot be changed'); END;
CREATE TRIGGER rollbacks_fixed BEFORE UPDATE ON rollbacks
    BEGIN SELECT RAISE(ABORT, 'a decision to roll back cannot be changed'); END;
CREATE INDEX outcomes_by_proposal ON outcomes (proposal_id);
CREATE TRIGGER outcomes_fixed BEFORE UPDATE ON outcomes
    BEGIN SELECT RAISE(ABORT, 'an outcome cannot be changed'); END;
CREATE TRIGGER outcomes_keep BEFORE DELETE ON outcomes
    BEGIN SELECT RAISE(ABORT, 'outcomes are kept'); END;
CREATE INDEX audit_by_subject ON audit (subject, seq);
CREATE TRIGGER audit_appends BEFORE INSERT ON audit
    WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit)
      OR NEW.prev <> COALESCE((SELECT hash FROM audit ORDER BY seq DESC LIMIT 1),
                              '0000000000000000000000000000000000000000000000000000000000000000')
    BEGIN SELECT RAISE(ABORT, 'the audit chain only grows at its end'); END;
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit chain cannot be changed'); END;
CREATE TRIGGER audit_keep BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit chain is kept'); END;
CREATE TRIGGER lifecycle_no_insert BEFORE INSERT ON lifecycle
    BEGIN SELECT RAISE(ABORT, 'the lifecycle table is fixed'); END;
CREATE TRIGGER signatures_while_judged BEFORE INSERT ON signatures
    WHEN NOT EXISTS (SELECT 1 FROM proposals WHERE id = NEW.proposal_id AND status = 'judged'
                     AND plan_hash = NEW.plan_hash)
    BEGIN SELECT RAISE(ABORT, 'the proposal does not wait for a signature under this plan'); END;
CREATE TRIGGER signatures_not_by_the_author BEFORE INSERT ON signatures
    WHEN lower(trim(NEW.signer)) = (SELECT lower(trim(json_extract(draft, '$.author'))) FROM proposals
                                    WHERE id = NEW.proposal_id)
    BEGIN SELECT RAISE(ABORT, 'who proposes does not approve'); END;
CREATE TRIGGER signatures_not_by_agents BEFORE INSERT ON signatures
    WHEN lower(trim(NEW.signer)) LIKE 'agent:%' OR NEW.signer_key LIKE 'agent:%'
    BEGIN SELECT RAISE(ABORT, 'an agent never approves'); END;
CREATE TRIGGER signatures_by_two BEFORE INSERT ON signatures
    WHEN EXISTS (SELECT 1 FROM signatures WHERE proposal_id = NEW.proposal_id
                 AND lower(trim(signer)) = lower(trim(NEW.signer)))
    BEGIN SELECT RAISE(ABORT, 'this person has signed before'); END;
CREATE TRIGGER signatures_fixed BEFORE UPDATE ON signatures
    BEGIN SELECT RAISE(ABORT, 'a signature cannot be changed'); END;
CREATE TRIGGER signatures_keep BEFORE DELETE ON signatures
    BEGIN SELECT RAISE(ABORT, 'signatures are kept'); END;
CREATE TRIGGER approvals_signed BEFORE INSERT ON approvals
    WHEN (SELECT COUNT(*) FROM signatures WHERE proposal_id = NEW.proposal_id)
       < CASE WHEN json_extract(NEW.body, '$.emergency') THEN 1
              ELSE COALESCE((SELECT json_extract(plan, '$.approvers') FROM proposals WHERE id = NEW.proposal_id), 2) END
      OR NOT EXISTS (SELECT 1 FROM signatures WHERE proposal_id = NEW.proposal_id
                     AND signer = json_extract(NEW.body, '$.approver'))
    BEGIN SELECT RAISE(ABORT, 'not enough people have signed'); END;
CREATE TRIGGER approvals_authenticated BEFORE INSERT ON approvals
    WHEN (json_extract(NEW.body, '$.emergency')
          OR COALESCE((SELECT json_extract(plan, '$.reauthenticate') FROM proposals WHERE id = NEW.proposal_id), 1))
     AND EXISTS (SELECT 1 FROM signatures WHERE proposal_id = NEW.proposal_id
                 AND json_extract(body, '$.authenticated_at') IS NULL)
    BEGIN SELECT RAISE(ABORT, 'somebody who signed had not proved anew who he is'); END;
CREATE TRIGGER reviews_of_an_emergency BEFORE INSERT ON reviews
    WHEN NOT EXISTS (SELECT 1 FROM approvals WHERE proposal_id = NEW.proposal_id
                     AND json_extract(body, '$.emergency'))
    BEGIN SELECT RAISE(ABORT, 'only what was approved in an emergency is reviewed'); END;
CREATE TRIGGER reviews_by_another BEFORE UPDATE ON reviews
    WHEN OLD.reviewer IS NOT NULL OR NEW.reviewer IS NULL OR NEW.finding IS NULL OR NEW.at IS NULL
      OR lower(trim(NEW.reviewer)) = lower(trim(OLD.approver)) OR lower(trim(NEW.reviewer)) LIKE 'agent:%'
      OR NEW.proposal_id <> OLD.proposal_id OR NEW.approver <> OLD.approver OR NEW.due_at <> OLD.due_at
    BEGIN SELECT RAISE(ABORT, 'a review is made once, by a person who did not approve'); END;
CREATE TRIGGER reviews_keep BEFORE DELETE ON reviews
    BEGIN SELECT RAISE(ABORT, 'reviews are kept'); END;
CREATE TRIGGER claims_reviewable BEFORE INSERT ON claims
    WHEN (SELECT json_extract(body, '$.emergency') FROM approvals WHERE id = NEW.approval_id)
     AND NOT EXISTS (SELECT 1 FROM reviews WHERE proposal_id = NEW.proposal_id)
    BEGIN SELECT RAISE(ABORT, 'an emergency approval without its review to come'); END;
CREATE TRIGGER claims_autonomy BEFORE INSERT ON claims
    WHEN EXISTS (SELECT 1 FROM autonomy WHERE level IN ('observe', 'advise'))
    BEGIN SELECT RAISE(ABORT, 'the line is set below approve'); END;
CREATE TRIGGER instructions_fixed BEFORE UPDATE ON instructions
    WHEN NEW.proposal_id <> OLD.proposal_id OR NEW.instructed_s <> OLD.instructed_s OR NEW.due_at <> OLD.due_at
      OR (OLD.acknowledged_by IS NOT NULL AND NEW.acknowledged_by IS NOT OLD.acknowledged_by)
      OR (OLD.observed_s IS NOT NULL AND NEW.observed_s IS NOT OLD.observed_s)
    BEGIN SELECT RAISE(ABORT, 'an instruction cannot be changed'); END;
CREATE TRIGGER instructions_keep BEFORE DELETE ON instructions
    BEGIN SELECT RAISE(ABORT, 'instructions are kept'); END;
CREATE TRIGGER proposals_instructed BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'instructed' AND NOT EXISTS (SELECT 1 FROM instructions WHERE proposal_id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'there is no instruction'); END;
CREATE TRIGGER proposals_acknowledged BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'acknowledged'
     AND NOT EXISTS (SELECT 1 FROM instructions WHERE proposal_id = NEW.id AND acknowledged_by IS NOT NULL)
    BEGIN SELECT RAISE(ABORT, 'nobody has acknowledged it'); END;
CREATE TRIGGER proposals_observed BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'observed'
     AND NOT EXISTS (SELECT 1 FROM instructions WHERE proposal_id = NEW.id AND observed_s IS NOT NULL)
    BEGIN SELECT RAISE(ABORT, 'it was not observed'); END;
CREATE TRIGGER writes_by_the_executor BEFORE INSERT ON writes
    WHEN EXISTS (SELECT 1 FROM instructions WHERE proposal_id = NEW.proposal_id)
    BEGIN SELECT RAISE(ABORT, 'people carry it out'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('proposals',8);
INSERT INTO "sqlite_sequence" VALUES('outcomes',6);
COMMIT;
PRAGMA user_version = 2;
-- anchor: {"seq":62,"hash":"a8a71ecbc649df669b6fb87d98b86749299a736ac9638e5a44e65df32c49d169","signature":"ce030b8d279e17e2b4cd6d13000e45f7a991d76554d804c1fab0ec445c7b925dde5e39f4347d176c7e1a25eed0b9107ffbfbce319231d3a77b29199e26afc70e"}
