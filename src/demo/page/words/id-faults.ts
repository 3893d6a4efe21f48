import type { Words } from './words.js';

export const faults: Words['fault'] = {
  crash: {
    title: 'Proses mati di tengah jalan',
    broken: 'Proses yang mengolah gambar dimatikan paksa saat sedang membuat heatmap.',
    seen: 'Kirim sebuah foto. Prediksinya tetap ada. Sebagai ganti heatmap muncul satu kalimat: ada yang rusak waktu menggambarnya, dan sekarang sudah jalan lagi. Setelah gangguan ini dimatikan, foto berikutnya lancar seperti biasa.',
    operator:
      'Alasan `crashed`. Kalau selalu pada foto yang sama, fotonya yang bermasalah. Kalau semua foto begitu, container mematikannya karena memori: tambah memorinya, atau pakai `CONCURRENCY=1`.',
  },
  deadline: {
    title: 'Batas waktu terlewati',
    broken: 'Pembuatan heatmap macet, dan batas waktunya empat detik.',
    seen: 'Kirim sebuah foto, lalu tunggu empat detik. Prediksinya langsung muncul. Setelah itu satu kalimat: terlalu lama, jadi dihentikan. Pengerjaannya benar-benar berhenti dan memorinya dilepas.',
    operator:
      'Alasan `timeout`, setelah `HEATMAP_TIMEOUT_S` (120 detik). `LAYER` awal pada model besar makan waktu beberapa detik, yang terakhir hanya milidetik.',
  },
  memory: {
    title: 'Memori hampir habis',
    broken:
      'Batas memori bot dibuat hanya sedikit di atas yang dipakainya; untuk menemukannya bot dijalankan ulang beberapa kali.',
    seen: 'Kirim sebuah foto. Prediksinya tetap ada, heatmap-nya ditolak karena memorinya hampir habis. Botnya sendiri tetap jalan.',
    operator:
      'Alasan `memory`, di atas 78% dari `MEMORY_LIMIT_MB`, atau kalau sisanya kurang dari 48 MB. Kalau sering: model yang lebih kecil, `CONCURRENCY=1`, memori yang lebih besar, atau `HEATMAP=off`. Angkanya ada di `/status`.',
  },
  off: {
    title: 'Heatmap dimatikan',
    broken: 'Pengelola mematikan heatmap untuk seluruh bot.',
    seen: 'Kirim sebuah foto. Prediksinya, dan satu kalimat: heatmap dimatikan pengelola untuk seluruh bot ini.',
    operator:
      'Alasan `disabled`: dengan `HEATMAP=off` jawabannya lebih cepat dan memorinya lebih hemat. Untuk satu chat saja, cukup `/heatmap off`.',
  },
  'rate-limit': {
    title: 'Telegram minta pelan-pelan',
    broken: 'Telegram menolak setiap heatmap satu kali, dengan 429 “Too Many Requests” dan waktu tunggu tiga detik.',
    seen: 'Kirim sebuah foto. Prediksinya langsung muncul, heatmap-nya tiga detik kemudian. Tidak ada yang hilang.',
    operator:
      'Telegram mengizinkan kira-kira 30 pesan per detik, dan 20 per menit di satu grup. Bot menunggu selama yang diminta, lalu mencoba lagi; lamanya tercatat di log. Tidak ada yang perlu diatur.',
  },
  'slow-file': {
    title: 'Unduhan lambat',
    broken: 'Setiap file baru diberikan Telegram setelah empat detik.',
    seen: 'Kirim sebuah foto. “Sorot sedang mengetik” selama itu, lalu semuanya seperti biasa.',
    operator:
      'Setelah `DOWNLOAD_TIMEOUT_S` (30 detik) bot menyerah dan mengatakan fotonya gagal diambil, dengan alasan `telegram`.',
  },
  'file-gone': {
    title: 'File sudah tidak ada',
    broken: 'Telegram sudah tidak menyimpan file foto itu.',
    seen: 'Kirim sebuah foto. Satu kalimat: fotonya sudah tidak bisa diambil, jadi perlu dikirim ulang.',
    operator: 'Alasan `photo-gone`. Selesai kalau fotonya dikirim ulang; tidak ada yang perlu diatur.',
  },
  unreachable: {
    title: 'Telegram tidak bisa dihubungi',
    broken: 'Selama sepuluh detik Telegram hanya menjawab 502. Setelah itu pulih sendiri.',
    seen: 'Langsung kirim sebuah foto, lalu tunggu. Awalnya tidak ada jawaban. Lalu bot mengambil yang terlewat dan menjawabnya. Botnya tidak pernah berhenti sendiri.',
    operator:
      'Gangguan ditunggu sampai reda, dengan jeda yang makin panjang; sementara itu `/readyz` menjawab 503. Firewall harus mengizinkan `api.telegram.org`; `TELEGRAM_API_ROOT` untuk server lain.',
  },
};
