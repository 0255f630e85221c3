require 'json'
require 'net/http'

def send_request(request)
  Net::HTTP.start(request.uri.host, request.uri.port, use_ssl: true) do |http|
    response = http.request(request)
    raise "#{request.uri}: #{response.code} #{response.body}" unless response.is_a?(Net::HTTPSuccess)
    response.body
  end
end

def call(url, form = nil, headers = {})
  request = (form ? Net::HTTP::Post : Net::HTTP::Get).new(URI(url), headers)
  request.basic_auth(ENV['ACCOUNT'], ENV['PASSWORD'])
  request.set_form_data(form) if form
  JSON.parse(send_request(request))
end

api = 'https://conversations.twilio.com/v1/Services'
service = call(api, { FriendlyName: 'Ruby' })['sid']
webhook = { PostWebhookUrl: ENV['WEBHOOK'], Filters: 'onConversationAdded', Method: 'POST' }
call("#{api}/#{service}/Configuration/Webhooks", webhook)
conversation = %w[one two].map do |name|
  call("#{api}/#{service}/Conversations", { FriendlyName: name }, { 'X-Twilio-Webhook-Enabled' => 'true' })['sid']
end.last
page = "#{api}/#{service}/Conversations?PageSize=1"
listed = 0
while page
  body = call(page)
  listed += body['conversations'].size
  page = body['meta']['next_page_url']
end
puts "#{service} #{conversation} #{listed} #{send_request(Net::HTTP::Get.new(URI('https://other.example/')))}"
