import type { Words } from './catalogue.js';

export const faults: Words['fault'] = {
  crash: {
    title: 'Proses mati di tengah jalan',
    broken: 'Proses yang mengolah gambar dimatikan paksa saat sedang membuat peta panas.',
    now: 'Kirim sebuah foto.',
    seen: 'Prediksinya tetap ada. Sebagai ganti peta panas muncul satu kalimat: programnya sempat terhenti dan sudah dijalankan lagi. Foto berikutnya lancar.',
    operator:
      'Alasan `crashed`. Kalau selalu pada foto yang sama, fotonya yang bermasalah. Kalau semua foto begitu, container mematikannya karena memori: tambah memorinya, atau pakai `CONCURRENCY=1`.',
  },
  deadline: {
    title: 'Batas waktu terlewati',
    broken: 'Pembuatan peta panas macet, dan batas waktunya dibuat singkat.',
    now: 'Kirim sebuah foto, lalu tunggu beberapa detik.',
    seen: 'Prediksinya langsung muncul. Setelah itu: prosesnya terlalu lama, jadi dihentikan. Pengerjaannya benar-benar berhenti dan memorinya dilepas.',
    operator:
      'Alasan `timeout`, setelah `HEATMAP_TIMEOUT_S` (120 detik). `LAYER` awal pada model besar makan waktu beberapa detik, yang terakhir hanya milidetik.',
  },
  memory: {
    title: 'Memori hampir habis',
    broken: 'Bot mengira memorinya hampir habis.',
    now: 'Kirim sebuah foto.',
    seen: 'Prediksinya tetap ada, peta panasnya ditolak karena memori hampir habis. Botnya sendiri tetap jalan.',
    operator:
      'Alasan `memory`, di atas 78% dari `MEMORY_LIMIT_MB`. Kalau sering: model yang lebih kecil, `CONCURRENCY=1`, memori yang lebih besar, atau `HEATMAP=off`. Angkanya ada di `/status`.',
  },
  off: {
    title: 'Peta panas dimatikan',
    broken: 'Pengelola mematikan peta panas untuk seluruh bot.',
    now: 'Kirim sebuah foto, lalu tulis /explain.',
    seen: 'Hanya prediksi. /explain menjawab bahwa peta panas dimatikan untuk bot ini.',
    operator:
      'Alasan `disabled`: dengan `HEATMAP=off` jawabannya lebih cepat dan memorinya lebih hemat. Untuk satu chat saja, cukup `/heatmap off`.',
  },
  'rate-limit': {
    title: 'Telegram minta pelan-pelan',
    broken: 'Telegram menolak beberapa panggilan berikutnya dengan 429 “Too Many Requests” dan waktu tunggu.',
    now: 'Kirim sebuah foto.',
    seen: 'Tidak ada yang hilang: jawabannya datang begitu waktu tunggunya habis, dengan urutan yang benar.',
    operator:
      'Telegram mengizinkan kira-kira 30 pesan per detik, dan 20 per menit di satu grup. Bot menunggu selama yang diminta; di log tercatat `retry_after`.',
  },
  'slow-file': {
    title: 'Unduhan lambat',
    broken: 'Telegram mengirim file begitu lambat sampai pengunduhannya dihentikan.',
    now: 'Kirim sebuah foto, lalu tunggu.',
    seen: 'Bot mengatakan fotonya gagal diambil dan minta dikirim ulang.',
    operator:
      'Alasan `telegram`, setelah `DOWNLOAD_TIMEOUT_S` (30 detik). Server Telegram bisa lambat, begitu juga jaringan ke sana.',
  },
  'file-gone': {
    title: 'File sudah tidak ada',
    broken: 'Telegram sudah tidak menyimpan file foto itu.',
    now: 'Kirim sebuah foto.',
    seen: 'Bot mengatakan fotonya sudah tidak bisa diambil lagi dan minta dikirim ulang.',
    operator: 'Alasan `photo-gone`. Selesai kalau fotonya dikirim ulang; tidak ada yang perlu diatur.',
  },
  unreachable: {
    title: 'Telegram tidak bisa dihubungi',
    broken: 'Semua sambungan bot ke Telegram terputus.',
    now: 'Kirim sebuah foto, tunggu, lalu matikan gangguan ini.',
    seen: 'Awalnya tidak ada jawaban. Begitu gangguannya dimatikan, bot mengambil yang terlewat, lalu menjawab. Botnya tidak pernah berhenti sendiri.',
    operator:
      'Gangguan Telegram atau jaringan ditunggu sampai reda; sementara itu `/readyz` menjawab 503. Firewall harus mengizinkan `api.telegram.org`, atau isi `TELEGRAM_API_ROOT`.',
  },
};
